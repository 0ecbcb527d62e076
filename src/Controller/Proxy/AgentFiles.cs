using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Core.Haproxy;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Controller.Proxy;

/// <summary>
/// What the agent has to know, in a file for each set. A file is there before HAProxy asks for it, never changes, and goes
/// some time after HAProxy asked for it last, for a question may still be on its way.
/// </summary>
internal sealed class AgentFiles
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnerOnly | UnixFileMode.UserExecute;

    private readonly Layout layout;
    private readonly PatientWrite patiently;
    private readonly Dictionary<string, long> leaving = new(StringComparer.Ordinal);
    private Table<string, UsedSet> written = Table.Empty<string, UsedSet>();
    private Table<string, UsedSet>? settled;

    public AgentFiles(Layout layout, ILogger<HaproxyApplier> log)
    {
        this.layout = layout;
        patiently = new PatientWrite(WriteNew, log.AgentFilesNotWritten);
    }

    /// <summary>Whether there is something to do later: files whose time to go will come, or that could not be written.</summary>
    public bool HasWorkLeft => leaving.Count > 0 || patiently.IsBehind;

    /// <summary>
    /// Writes the files of a state that is about to be, beside those that are there. What the agent cannot read nobody gets past, so
    /// that nothing else has to wait for a disk that is full: then they are written later.
    /// </summary>
    public void Write(HaproxyState wanted) => patiently.Write(wanted);

    /// <summary>Does what is left: writes what could not be written, and deletes files whose time has come.</summary>
    public void DoWhatIsLeft()
    {
        patiently.WriteWhatIsLeft();
        foreach (var name in leaving.Where(entry => TimeProvider.System.GetElapsedTime(entry.Value) > Grace).Select(entry => entry.Key).ToList())
        {
            try
            {
                File.Delete(layout.AgentFile(name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is in nobody's way, and goes with the folder or at the next start.
            }

            leaving.Remove(name);
            written = written.Remove(name);
        }
    }

    /// <summary>Notes what a state that is live no longer needs.</summary>
    public void Settle(HaproxyState live)
    {
        foreach (var (name, former, used) in live.Sets.ChangesSince(settled ?? Table.Empty<string, UsedSet>()))
        {
            if (used is not null)
            {
                leaving.Remove(name);
            }
            else if (former?.Set.File is not null)
            {
                leaving[name] = TimeProvider.System.GetTimestamp();
            }
        }

        // What another controller left behind.
        if (settled is null && Directory.Exists(layout.AgentDir))
        {
            foreach (var file in Directory.EnumerateFiles(layout.AgentDir).Select(Path.GetFileName).OfType<string>().Where(name => !live.Sets.ContainsKey(name)))
            {
                leaving[file] = TimeProvider.System.GetTimestamp();
            }
        }

        settled = live.Sets;
    }

    /// <summary>Writes all again that are missing.</summary>
    public void WriteAgain(HaproxyState live)
    {
        written = Table.Empty<string, UsedSet>();
        Write(live);
    }

    private void WriteNew(HaproxyState wanted)
    {
        foreach (var (_, former, used) in wanted.Sets.ChangesSince(written))
        {
            if (former is null && used?.Set.File is { } data && !File.Exists(layout.AgentFile(data.Name)))
            {
                Write(data);
            }
        }

        written = wanted.Sets;
    }

    private void Write(AgentData data)
    {
        Directory.CreateDirectory(layout.AgentDir, OwnersFolder);
        var path = layout.AgentFile(data.Name);
        using (var stream = new FileStream(path + ".new", new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            stream.Write(Encoding.Latin1.GetBytes(data.Content.Reveal));
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
