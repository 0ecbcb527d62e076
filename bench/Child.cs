using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sluice.Bench;

/// <summary>A process that we started. It is asked to end when it is disposed of, and made to if it does not.</summary>
internal sealed class Child : IAsyncDisposable
{
    private const int Sigterm = 15;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Process process;
    private bool isKilled;

    private Child(Process process, Action<string> line)
    {
        this.process = process;
        Ended = ReadAsync(process.StandardError, line);
    }

    public int Id => process.Id;

    /// <summary>Completes when nothing more will be written to standard error.</summary>
    public Task Ended { get; }

    public bool HasEnded => process.HasExited;

    /// <summary>Starts a program; each line that it writes to standard error is given to <paramref name="line"/>.</summary>
    public static Child Start(string program, IEnumerable<string> arguments, Action<string> line)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false };
        start.Environment["NO_COLOR"] = "1";
        return new Child(Process.Start(start) ?? throw new BenchException($"{program} could not be started"), line);
    }

    /// <summary>Runs a program to its end and returns what it wrote to standard output.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })
            ?? throw new BenchException($"{program} could not be started");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(stop);
            var output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0 ? output : throw new BenchException($"{program} failed: {await errors}{output}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>User and system time of a process.</summary>
    public static TimeSpan CpuTime(int pid)
    {
        // The name in parentheses may hold blanks; utime and stime are the 14th and 15th field of all.
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11]) + long.Parse(fields[12])));
    }

    /// <summary>Ends it with no warning. What it started lives on.</summary>
    public async Task KillAsync()
    {
        isKilled = true;
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // Its children have its standard error, which does not end before they do.
        if (isKilled)
        {
            process.Dispose();
            return;
        }

        if (!process.HasExited)
        {
            _ = Kill(process.Id, Sigterm);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        await Ended;
        process.Dispose();
    }

    /// <summary>Sends a signal to a process that need not be ours.</summary>
    public static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    private static async Task ReadAsync(StreamReader stream, Action<string> line)
    {
        while (await stream.ReadLineAsync() is { } text)
        {
            line(text);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
