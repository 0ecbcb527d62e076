using System.Collections.Concurrent;
using Sluice.Controller.Proxy;

namespace Sluice.Bench.Propagation;

/// <summary>The controller as users run it: `sluice run` on a folder or a cluster, with its HAProxy.</summary>
internal sealed class SluiceUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<string> log = new();
    private readonly TaskCompletionSource serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string masterSocket;
    private readonly Child child;
    private int? firstWorker;
    private int reloads;

    private SluiceUnderTest(BenchSettings settings, ScratchFolder scratch, string[] source, int[] ports)
    {
        (HttpPort, HttpsPort) = (ports[0], ports[1]);
        masterSocket = scratch.At("state/master.sock");
        child = Child.Start(
            settings.Sluice,
            [
                "run", .. source, "--state-dir", scratch.At("state"), "--haproxy", settings.Haproxy,
                "--http-port", $"{HttpPort}", "--https-port", $"{HttpsPort}", "--admin-port", $"{ports[2]}",
            ],
            Read);
    }

    public int HttpPort { get; }

    public int HttpsPort { get; }

    public int Id => child.Id;

    /// <summary>Each line that it logs, as soon as it is there; where somebody listens, none is printed.</summary>
    public event Action<string>? Logged;

    /// <param name="settings">Which executables.</param>
    /// <param name="scratch">Where its files go.</param>
    /// <param name="source">The options that say what it serves.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="ports">Those of http, https and the admin server, where they are to be certain ones.</param>
    public static async Task<SluiceUnderTest> StartAsync(
        BenchSettings settings, ScratchFolder scratch, string[] source, CancellationToken stop, int[]? ports = null)
    {
        var sluice = new SluiceUnderTest(settings, scratch, source, ports ?? FreePorts.Take(3));
        try
        {
            if (await Task.WhenAny(sluice.serving.Task, sluice.child.Ended).WaitAsync(StartLimit, stop) != sluice.serving.Task)
            {
                throw new BenchException("sluice ended at start; its reason stands above");
            }

            sluice.firstWorker = await MasterSocket.WorkerPidAsync(sluice.masterSocket, stop);
            return sluice;
        }
        catch (TimeoutException)
        {
            await sluice.DisposeAsync();
            throw new BenchException($"sluice does not serve: {string.Join('\n', sluice.log)}");
        }
        catch
        {
            await sluice.DisposeAsync();
            throw;
        }
    }

    /// <summary>How often HAProxy was reloaded (or restarted): by the log, and by the process id of its worker.</summary>
    public async Task<int> ReloadsAsync(CancellationToken stop)
    {
        var worker = await MasterSocket.WorkerPidAsync(masterSocket, stop);
        return Math.Max(Volatile.Read(ref reloads), worker == firstWorker ? 0 : 1);
    }

    /// <summary>Kills the controller. Its HAProxy lives on.</summary>
    public Task KillAsync() => child.KillAsync();

    public async ValueTask DisposeAsync() => await child.DisposeAsync();

    private void Read(string line)
    {
        log.Enqueue(line);
        Logged?.Invoke(line);
        if (line.Contains("Serving on", StringComparison.Ordinal))
        {
            serving.TrySetResult();
        }
        else if (line.Contains("RELOAD", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref reloads);
        }

        if (Logged is null && (!line.Contains(" info: ", StringComparison.Ordinal) || line.Contains("RELOAD", StringComparison.Ordinal)))
        {
            Console.Error.WriteLine(line);
        }
    }
}
