using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>
/// A HAProxy that somebody else starts from our files. Its container checks them first: where HAProxy refuses them, it writes
/// why into a file, and waits until that file is gone.
/// </summary>
internal static class OtherHaproxy
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until it takes commands, or says that it refuses the files. Returns why; empty if it runs.</summary>
    /// <param name="layout">Where the files are; they are whole.</param>
    /// <param name="takesCommands">Whether it takes commands.</param>
    /// <param name="stop">Ends the waiting.</param>
    public static async Task<string> StartAsync(Layout layout, Func<Task<bool>> takesCommands, CancellationToken stop)
    {
        // The first complaint may be about files of which some were written and others not. They hold the number of a process.
        var former = "";
        File.Delete(layout.ComplaintFile);
        while (!await takesCommands())
        {
            if (File.Exists(layout.ComplaintFile))
            {
                var complaint = await File.ReadAllTextAsync(layout.ComplaintFile, stop);
                var words = string.Concat(complaint.Where(character => !char.IsDigit(character)));
                if (words == former)
                {
                    return complaint;
                }

                former = words;
                File.Delete(layout.ComplaintFile);
            }

            await Task.Delay(Interval, stop);
        }

        return "";
    }
}
