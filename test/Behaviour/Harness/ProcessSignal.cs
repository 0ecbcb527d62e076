using System.Diagnostics;
using Xunit;

namespace Sluice.Behaviour.Harness;

/// <summary>Signals to processes, by name.</summary>
internal static class ProcessSignal
{
    public static async Task SendAsync(string name, int pid)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{pid}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
