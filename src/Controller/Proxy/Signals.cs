using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sluice.Controller.Proxy;

/// <summary>Signals to processes, which .NET does not send (kill(2)).</summary>
internal static class Signals
{
    /// <summary>Changes nothing; whether it can be sent tells whether there is such a process.</summary>
    public const int None = 0;

    public const int Usr1 = 10;

    public const int Term = 15;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Sends one. Returns whether there is such a process.</summary>
    public static bool Send(int pid, int signal) => Kill(pid, signal) == 0;

    /// <summary>Ends a child of ours, by force where it does not end soon.</summary>
    public static async Task EndAsync(Process child)
    {
        if (!child.HasExited)
        {
            Send(child.Id, Term);
            using var limit = new CancellationTokenSource(Limit);
            try
            {
                await child.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                child.Kill(entireProcessTree: true);
            }
        }

        child.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
