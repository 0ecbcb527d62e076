using System.Diagnostics;
using System.Net.Sockets;
using Sluice.Bench.Propagation;
using Sluice.Controller.Proxy;
using Sluice.Core.Haproxy;

namespace Sluice.Bench.Resilience;

/// <summary>A folder of manifests, a state folder and ports that outlive a controller. What is left running is ended.</summary>
internal sealed class Place : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private const int QuietPart = 10;

    private readonly BenchSettings settings;
    private readonly ScratchFolder scratch = new();
    private readonly int[] ports = FreePorts.Take(3);
    private readonly ReadBack readBack;
    private SluiceUnderTest? sluice;

    public Place(BenchSettings settings)
    {
        this.settings = settings;
        Manifests = scratch.CreateFolder("manifests");
        Layout = RouteSet.Layout(scratch.At("state"), ports[0], ports[1]);
        readBack = new ReadBack(Manifests, Layout);
    }

    public string Manifests { get; }

    public Layout Layout { get; }

    public int HttpPort => ports[0];

    public int HttpsPort => ports[1];

    public SluiceUnderTest Sluice => sluice ?? throw new InvalidOperationException("no controller runs");

    /// <summary>Starts a controller, which takes over the HAProxy that runs, if one does.</summary>
    public async Task<SluiceUnderTest> StartAsync(CancellationToken stop) =>
        sluice = await SluiceUnderTest.StartAsync(settings, scratch, ["--manifests", Manifests], stop, ports);

    /// <summary>Kills the controller, not its HAProxy.</summary>
    public async Task KillAsync()
    {
        await Sluice.KillAsync();
        await Sluice.DisposeAsync();
        sluice = null;
    }

    /// <summary>The process id of HAProxy's worker; null if there is none.</summary>
    public Task<int?> WorkerPidAsync(CancellationToken stop) => MasterSocket.WorkerPidAsync(Layout.MasterSocket, stop);

    /// <summary>How many workers of HAProxy are still ending after a reload; 0 in the moment in which its master is replaced.</summary>
    public async Task<int> OldWorkersAsync(CancellationToken stop)
    {
        try
        {
            var lines = (await MasterSocket.SendAsync(Layout.MasterSocket, "show proc", stop)).Split('\n');
            return lines.SkipWhile(line => !line.StartsWith("# old workers", StringComparison.Ordinal)).Skip(1)
                .TakeWhile(line => !line.StartsWith('#')).Count(line => line.Length > 0);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return 0;
        }
    }

    /// <summary>Whether HAProxy's worker takes commands.</summary>
    public async Task<bool> TakesCommandsAsync(CancellationToken stop)
    {
        try
        {
            using var socket = await RuntimeSocket.ConnectAsync(Layout.RuntimeSocket, stop);
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    /// <summary>Waits until HAProxy holds what it should. Returns the time since then; null if it goes on to differ.</summary>
    public async Task<TimeSpan?> UntilEqualAsync(Wanted wanted, long since, TimeSpan limit, CancellationToken stop)
    {
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            var differences = await readBack.DifferencesAsync(wanted, stop);
            var time = Stopwatch.GetElapsedTime(since);
            if (differences.Count == 0)
            {
                return time;
            }

            if (time > limit)
            {
                await Console.Error.WriteLineAsync($"differs after {time.TotalSeconds:0.0} s: {string.Join("; ", differences.Take(10))}");
                return null;
            }

            // HAProxy takes one question or command about certificates at a time and turns the others away: ours must not
            // get into the controller's way.
            var pause = QuietPart * Stopwatch.GetElapsedTime(asked);
            await Task.Delay(pause > Interval ? pause : Interval, stop);
        }
    }

    /// <summary>Waits until HAProxy holds what the manifests ask for. Returns the time since then; null if it goes on to differ.</summary>
    public Task<TimeSpan?> UntilEqualAsync(long since, TimeSpan limit, CancellationToken stop) => UntilEqualAsync(Wanted(), since, limit, stop);

    /// <summary>What the manifests ask for now.</summary>
    public Wanted Wanted() => readBack.Read();

    /// <summary>Whether HAProxy holds it at this moment.</summary>
    public async Task<bool> HoldsAsync(Wanted wanted, CancellationToken stop) => (await readBack.DifferencesAsync(wanted, stop)).Count == 0;

    /// <summary>Sends commands to HAProxy behind the controller's back. Returns the replies.</summary>
    public async Task<IReadOnlyList<string>> TamperAsync(IEnumerable<string> commands, CancellationToken stop)
    {
        using var socket = await RuntimeSocket.ConnectAsync(Layout.RuntimeSocket, stop);
        return await socket.SendAsync(commands.Select(command => new RuntimeLine(command, "")), stop);
    }

    public async ValueTask DisposeAsync()
    {
        await (sluice?.DisposeAsync() ?? ValueTask.CompletedTask);

        // A controller that was killed left its HAProxy behind.
        if (File.Exists(Layout.MasterSocket) && await MasterSocket.MasterPidAsync(Layout.MasterSocket, CancellationToken.None) is { } master)
        {
            using var process = Process.GetProcessById(master);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        scratch.Dispose();
    }
}
