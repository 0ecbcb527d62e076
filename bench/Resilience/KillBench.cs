using System.Diagnostics;

namespace Sluice.Bench.Resilience;

/// <summary>
/// The controller is killed in the middle of changes and started again, and HAProxy's worker is killed: how soon HAProxy
/// holds again what it should, and whether a request is lost.
/// </summary>
internal static class KillBench
{
    private const double LimitSeconds = 3;
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(20);

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var (size, tls) = settings.Quick ? (50, 10) : (300, 60);
        var kills = settings.Rounds ?? (settings.Quick ? 5 : 200);
        var workers = Math.Max(2, kills / 10);
        await using var place = new Place(settings);
        using var applications = new Applications(place.Manifests, size, tls);
        var run = new Rounds(place, applications);
        await place.StartAsync(stop);
        var controller = await run.ControllerAsync(kills, stop);
        var worker = await run.WorkerAsync(workers, stop);

        var table = new TextTable("killed", "times", "equal p50 ms", "p99 ms", "max ms", "away p50 ms", "not equal", "reloads", "requests", "failed");
        Add(table, "controller", controller);
        Add(table, "HAProxy's worker", worker);
        return new Report(
            "Killed in the middle of changes",
            [
                $"`sluice run` on a folder of {size} applications, {tls} of them with a certificate, and its HAProxy; changes follow each other with 0 to 20 ms between them: another pod, path or certificate, an application more or less, 60 pods replaced at once",
                "controller: kill -9 after 0 to 400 ms of that, one to five changes more while it is away, and a new one; from the start of its process until HAProxy's maps, backends, servers and certificates, read back, are those of the manifests",
                "HAProxy's worker: kill -9 in the middle of the same; from when HAProxy takes commands again, until equal; away: from the kill until it takes commands",
                $"load meanwhile, for the controller: {Clients.Description}, for all applications in turns; failed: no answer, or any other than 200",
            ],
            table,
            [
                new Gate("equal after the controller's start, most", controller.Seconds.Most, LimitSeconds, " s"),
                new Gate("equal after the worker's return, most", worker.Seconds.Most, LimitSeconds, " s"),
                new Gate("never equal", controller.Unequal + worker.Unequal, 0),
                new Gate("failed requests", controller.Failed, 0),
                new Gate("reloads", controller.Reloads, 0),
                new Gate("requests", controller.Requests, kills, IsLeast: true),
            ]);
    }

    private static void Add(TextTable table, string name, Kills kills) => table.Add(
        name, $"{kills.Seconds.Count}", Milliseconds(kills.Seconds.Median), Milliseconds(kills.Seconds.Percentile(99)), Milliseconds(kills.Seconds.Most),
        kills.Away.Count == 0 ? "-" : Milliseconds(kills.Away.Median), $"{kills.Unequal}", $"{kills.Reloads}",
        kills.Requests == 0 ? "-" : $"{kills.Requests:N0}", kills.Requests == 0 ? "-" : $"{kills.Failed}");

    private static string Milliseconds(double seconds) => $"{seconds * 1000:0}";

    private sealed class Rounds(Place place, Applications applications)
    {
        private readonly Random random = new(7);

        public async Task<Kills> ControllerAsync(int rounds, CancellationToken stop)
        {
            var found = new Kills();
            var worker = await place.WorkerPidAsync(stop);
            await using var clients = Clients.Start(place.HttpPort, applications.Hosts);
            for (var round = 0; round < rounds; round++)
            {
                await WhileChangingAsync(place.KillAsync, stop);
                Enumerable.Range(0, random.Next(1, 6)).ToList().ForEach(_ => applications.ChangeAny(random));
                var started = Stopwatch.GetTimestamp();
                await place.StartAsync(stop);
                found.Add(await place.UntilEqualAsync(started, GiveUp, stop));
                found.Reloads += await place.WorkerPidAsync(stop) == worker ? 0 : 1;
                worker = await place.WorkerPidAsync(stop);
            }

            await clients.StopAsync();
            (found.Requests, found.Failed) = (clients.Requests, clients.Failed);
            return found;
        }

        public async Task<Kills> WorkerAsync(int rounds, CancellationToken stop)
        {
            var found = new Kills();
            for (var round = 0; round < rounds; round++)
            {
                long killed = 0;
                var former = await place.WorkerPidAsync(stop) ?? throw new BenchException("HAProxy has no worker");
                await WhileChangingAsync(
                    () =>
                    {
                        killed = Stopwatch.GetTimestamp();
                        using var process = Process.GetProcessById(former);
                        process.Kill();
                        return Task.CompletedTask;
                    },
                    stop);
                while (await place.WorkerPidAsync(stop) is not { } pid || pid == former || !await place.TakesCommandsAsync(stop))
                {
                    await Task.Delay(2, stop);
                }

                var back = Stopwatch.GetTimestamp();
                found.Away.Add(Stopwatch.GetElapsedTime(killed, back).TotalSeconds);
                found.Add(await place.UntilEqualAsync(back, GiveUp, stop));
            }

            return found;
        }

        // Kills at a random point of changes, which go on for a moment.
        private async Task WhileChangingAsync(Func<Task> kill, CancellationToken stop)
        {
            var delay = random.Next(400);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var changing = Task.Run(
                async () =>
                {
                    while (!ending.IsCancellationRequested)
                    {
                        applications.ChangeAny(random);
                        await Task.Delay(random.Next(20), CancellationToken.None);
                    }
                },
                CancellationToken.None);
            await Task.Delay(delay, stop);
            await kill();
            await ending.CancelAsync();
            await changing;
        }
    }

    /// <summary>What was seen of kills of one kind.</summary>
    private sealed class Kills
    {
        public Samples Seconds { get; } = new();

        public Samples Away { get; } = new();

        public int Unequal { get; private set; }

        public int Reloads { get; set; }

        public long Requests { get; set; }

        public int Failed { get; set; }

        public void Add(TimeSpan? time)
        {
            Seconds.Add((time ?? GiveUp).TotalSeconds);
            Unequal += time is null ? 1 : 0;
        }
    }
}
