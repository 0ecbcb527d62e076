using System.Diagnostics;

namespace Sluice.Bench.Resilience;

/// <summary>HAProxy is reloaded again and again while new connections come and long ones stay.</summary>
internal static class ReloadBench
{
    private const int MostOldWorkers = 2;
    private const int SocketsEach = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // By then the worker that was replaced takes no connections any more, and one that has outlived its reloads is gone.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var size = settings.Quick ? 50 : 300;
        var time = TimeSpan.FromMinutes(settings.Minutes ?? (settings.Quick ? 0.4 : 2));
        await using var place = new Place(settings);
        using var applications = new Applications(place.Manifests, size, 0);
        await place.StartAsync(stop);
        await using var clients = Clients.Start(place.HttpPort, applications.Hosts, isEachNew: true);
        await using var sockets = new LongSockets(place.HttpPort, applications.Hosts);
        var started = Stopwatch.GetTimestamp();
        var (asked, most, mostAtOnce) = (0, 0, 0);
        var workers = new HashSet<int>();
        await sockets.OpenAsync();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            if (Stopwatch.GetElapsedTime(started) > asked * Interval)
            {
                await sockets.CloseOldestAsync();
                applications.ForceReload(++asked);
            }

            await Task.Delay(Look, stop);
            var (old, isSettled) = (await place.OldWorkersAsync(stop), Stopwatch.GetElapsedTime(started) > (asked - 1) * Interval + Settling);
            (most, mostAtOnce) = (isSettled ? Math.Max(most, old) : most, Math.Max(mostAtOnce, old));
            if (isSettled && await place.WorkerPidAsync(stop) is { } worker && workers.Add(worker))
            {
                await sockets.OpenAsync();
            }
        }

        await clients.StopAsync();
        var table = new TextTable("reloads asked for", "reloads", "old workers at most", "in the second after a reload", "requests", "failed", "WebSockets", "cut");
        table.Add($"{asked}", $"{workers.Count}", $"{most}", $"{mostAtOnce}", $"{clients.Requests:N0}", $"{clients.Failed}", $"{sockets.Opened}", $"{sockets.Cut}");
        return new Report(
            "Reloads under new connections",
            [
                $"`sluice run` on a folder of {size} applications, and its HAProxy; each {Interval.TotalSeconds:0} s a global setting changes that only a reload brings to HAProxy",
                "four clients make a new connection for each request, with 3 ms between two requests; failed: refused, reset, no answer, or any other than 200",
                $"{SocketsEach} WebSockets are opened on each worker and closed before the third reload after it: until then HAProxy keeps a worker that has connections",
            ],
            table,
            [
                new Gate("failed requests", clients.Failed, 0),
                new Gate("old workers at most", most, MostOldWorkers),
                new Gate("WebSockets cut", sockets.Cut, 0),
                new Gate("reloads", workers.Count, asked - 1, IsLeast: true),
            ]);
    }

    /// <summary>WebSockets of the newest workers, which outlive as many reloads as there may be old workers.</summary>
    private sealed class LongSockets(int port, IReadOnlyList<string> hosts) : IAsyncDisposable
    {
        private readonly Queue<WebSockets> open = new();
        private int cutBefore;

        public int Opened { get; private set; }

        public int Cut => cutBefore + open.Sum(each => each.Cut);

        public async Task OpenAsync()
        {
            open.Enqueue(await WebSockets.OpenAsync(port, hosts.Take(SocketsEach)));
            Opened += SocketsEach;
        }

        /// <summary>Ends those whose worker the next reload would cut.</summary>
        public async Task CloseOldestAsync()
        {
            while (open.Count > MostOldWorkers)
            {
                var oldest = open.Dequeue();
                await oldest.DisposeAsync();
                cutBefore += oldest.Cut;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var each in open)
            {
                await each.DisposeAsync();
            }
        }
    }
}
