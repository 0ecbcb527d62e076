using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Sluice.Controller;

namespace Sluice.Behaviour.Harness;

/// <summary>The program as users start it, with its arguments and signals.</summary>
internal sealed class SluiceProcess : IAsyncDisposable
{
    public const int Sigterm = 15;
    public const int Sigkill = 9;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly ConcurrentQueue<string> errors = new();
    private readonly TaskCompletionSource<bool> serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SluiceProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            errors.Enqueue(line.Data ?? "");
            if (line.Data is null || line.Data.Contains("Serving on", StringComparison.Ordinal))
            {
                serving.TrySetResult(line.Data is not null);
            }

            if (line.Data is null || line.Data.Contains("Told to stop", StringComparison.Ordinal))
            {
                stopping.TrySetResult();
            }
        };
        process.BeginErrorReadLine();
    }

    public string Errors => string.Join('\n', errors);

    public static SluiceProcess Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "sluice"), arguments) { RedirectStandardError = true, UseShellExecute = false };

        // The runtime that runs this test runs the program, too, wherever it is installed.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return new SluiceProcess(Process.Start(start)!);
    }

    /// <summary>Starts <c>sluice run</c> with these settings, and more arguments; returns when it serves.</summary>
    public static async Task<SluiceProcess> RunAsync(ControllerSettings settings, params IReadOnlyList<string> more)
    {
        var result = Begin(settings, more);
        await result.ServesAsync();
        return result;
    }

    /// <summary>Starts it, and does not wait until it serves.</summary>
    public static SluiceProcess Begin(ControllerSettings settings, params IReadOnlyList<string> more) => Start(
    [
        "run", "--manifests", settings.Manifests, "--haproxy", settings.Haproxy, "--state-dir", settings.StateDir,
        "--http-port", $"{settings.HttpPort}", "--https-port", $"{settings.HttpsPort}",
        .. more.Contains("--admin-port") ? [] : (string[])["--admin-port", $"{Ports.Free()}"], .. more,
    ]);

    public async Task ServesAsync()
    {
        try
        {
            if (!await serving.Task.WaitAsync(Limit))
            {
                throw new InvalidOperationException($"sluice did not start: {Errors}");
            }
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw;
        }
    }

    public async Task SaysAsync(string text)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (!Errors.Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(10, patience.Token);
        }
    }

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
            // Two signals that wait to be taken are one: the second is sent when the program has said that it took the first.
            Signal(Sigterm);
            var ended = ExitCodeAsync();
            await Task.WhenAny(stopping.Task, ended);
            if (!process.HasExited)
            {
                Signal(Sigterm);
            }

            await ended;
        }

        process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
