using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Behaviour.Harness;

/// <summary>HAProxy as its container of the pod starts it: by the command in deploy/, in a place of the test's own.</summary>
internal sealed class PodProxy : IAsyncDisposable
{
    public const int Sigusr1 = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Process process;

    private PodProxy(Process process) => this.process = process;

    public bool HasEnded => process.HasExited;

    public static PodProxy Start(string stateDir)
    {
        var script = Script().Replace("/run/sluice/state", stateDir, StringComparison.Ordinal)
            .Replace("exec haproxy ", $"exec {HaproxyBinary.Path()} ", StringComparison.Ordinal)
            .Replace("\nhaproxy -c ", $"\n{HaproxyBinary.Path()} -c ", StringComparison.Ordinal);
        return new PodProxy(Process.Start(new ProcessStartInfo("sh", ["-c", script]) { UseShellExecute = false })!);
    }

    /// <summary>Sends a signal to the container's first process, as the kubelet does.</summary>
    public void Signal(int signal) => _ = Kill(process.Id, signal);

    public async Task<int> ExitCodeAsync()
    {
        using var patience = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await ExitCodeAsync();
        }

        process.Dispose();
    }

    // The lines of "command" below the container's name, up to the one that becomes HAProxy.
    private static string Script([CallerFilePath] string path = "")
    {
        var file = Path.Join(Path.GetDirectoryName(path), "..", "..", "..", "deploy", "kustomize", "base", "deployment.yaml");
        var lines = File.ReadAllLines(file).Select(line => line.Trim()).SkipWhile(line => line != "- name: haproxy").SkipWhile(line => line != "- |").Skip(1).ToList();
        var last = lines.FindIndex(line => line.StartsWith("exec haproxy ", StringComparison.Ordinal));
        return string.Join('\n', lines.Take(last + 1));
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
