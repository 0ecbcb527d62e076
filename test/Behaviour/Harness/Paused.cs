using System.Diagnostics;
using Xunit;

namespace Sluice.Behaviour.Harness;

/// <summary>Processes that are there and do nothing.</summary>
internal static class Paused
{
    public static Task StopAsync(int pid) => SignalAsync("-STOP", pid);

    public static Task GoOnAsync(int pid) => SignalAsync("-CONT", pid);

    private static async Task SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start("kill", [signal, $"{pid}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
