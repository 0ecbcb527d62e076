using System.Diagnostics;

namespace Sluice.Bench.Resilience;

/// <summary>HAProxy is reloaded again and again while new connections come.</summary>
internal static class ReloadBench
{
    private const int MostOldWorkers = 2;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var size = settings.Quick ? 50 : 300;
        var time = TimeSpan.FromMinutes(settings.Minutes ?? (settings.Quick ? 0.4 : 2));
        await using var place = new Place(settings);
        using var applications = new Applications(place.Manifests, size, 0);
        await place.StartAsync(stop);
        await using var clients = Clients.Start(place.HttpPort, applications.Hosts, isEachNew: true);
        var started = Stopwatch.GetTimestamp();
        var (asked, done, most, worker) = (0, 0, 0, await place.WorkerPidAsync(stop));
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            if (Stopwatch.GetElapsedTime(started) > asked * Interval)
            {
                applications.ForceReload(++asked);
            }

            await Task.Delay(Look, stop);
            most = Math.Max(most, await place.OldWorkersAsync(stop));
            if (await place.WorkerPidAsync(stop) is { } now && now != worker)
            {
                (worker, done) = (now, done + 1);
            }
        }

        await clients.StopAsync();
        var table = new TextTable("reloads asked for", "reloads", "old workers at most", "requests", "failed");
        table.Add($"{asked}", $"{done}", $"{most}", $"{clients.Requests:N0}", $"{clients.Failed}");
        return new Report(
            "Reloads under new connections",
            [
                $"`sluice run` on a folder of {size} applications, and its HAProxy; each {Interval.TotalSeconds:0} s a global setting changes that only a reload brings to HAProxy",
                "four clients make a new connection for each request, with 3 ms between two requests; failed: refused, reset, no answer, or any other than 200",
            ],
            table,
            [
                new Gate("failed requests", clients.Failed, 0),
                new Gate("old workers at most", most, MostOldWorkers),
                new Gate("reloads", done, asked - 1, IsLeast: true),
            ]);
    }
}
