using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sluice.Cluster.Harness;

/// <summary>A program that runs beside the test, is known by its process id, and ends with this.</summary>
internal sealed class Child : IAsyncDisposable
{
    public const int Sigterm = 15;
    public const int Sigkill = 9;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly Process process;

    private Child(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => Errors.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Lines Output { get; } = new();

    public Lines Errors { get; } = new();

    public bool HasExited => process.HasExited;

    public static Child Start(string program, IEnumerable<string> arguments, params IReadOnlyList<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Child(Process.Start(start)!);
    }

    public static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    public void Signal(int signal) => Signal(process.Id, signal);

    public async Task<int> ExitCodeAsync()
    {
        using var patience = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    /// <summary>Ends it by a signal and waits for the end.</summary>
    public async Task EndAsync(int signal)
    {
        if (!process.HasExited)
        {
            Signal(signal);
            await ExitCodeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Sigkill);
        process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
