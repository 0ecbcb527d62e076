using System.Collections.Concurrent;
using System.Diagnostics;
using Sluice.Bench.Propagation;

namespace Sluice.Bench.Resilience;

/// <summary>One bad object of each kind among many good ones: the others notice nothing, and it is told at once.</summary>
internal static class PoisonBench
{
    private const double LimitSeconds = 1;
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(30);

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var size = settings.Quick ? 100 : 2_000;
        await using var place = new Place(settings);
        using var applications = new Applications(place.Manifests, size, size / 40);
        var sluice = await place.StartAsync(stop);
        var log = new ConcurrentQueue<(long Time, string Line)>();
        sluice.Logged += line => log.Enqueue((Stopwatch.GetTimestamp(), line));
        var table = new TextTable("bad object", "finding", "told after ms", "good change after it, ms");
        await using var clients = Clients.Start(place.HttpPort, applications.Hosts);
        var (told, next) = await PoisonAsync(place, applications, log, table, stop);
        var running = clients.Failed;
        var reloads = await sluice.ReloadsAsync(stop);

        // All of them are there, and a new controller with a new HAProxy begins with them.
        await clients.StopAsync();
        await sluice.DisposeAsync();
        var start = Stopwatch.GetTimestamp();
        (await place.StartAsync(stop)).Logged += _ => { };
        var ready = Stopwatch.GetElapsedTime(start);
        using var anew = new HttpProbe(place.HttpPort);
        var wrong = applications.Hosts.Count(host => !anew.Ask(host, "/").StartsWith("200 ", StringComparison.Ordinal));
        table.Add("all of them at a start", "-", $"{ready.TotalMilliseconds:0}", "-");
        return new Report(
            "One bad object of each kind among good ones",
            Notes(size),
            table,
            [
                new Gate("errors for the others", running, 0),
                new Gate("errors for the others after a start", wrong, 0),
                new Gate("told, most", told.Most / 1000, LimitSeconds, " s"),
                new Gate("good change after it, most", next.Most / 1000, LimitSeconds, " s"),
                new Gate("reloads", reloads, 0),
            ]);
    }

    private static async Task<(Samples Told, Samples Next)> PoisonAsync(
        Place place, Applications applications, ConcurrentQueue<(long Time, string Line)> log, TextTable table, CancellationToken stop)
    {
        var (told, next) = (new Samples(), new Samples());
        using var probe = new HttpProbe(place.HttpPort);
        foreach (var poison in Poisons.All(applications.All[5]))
        {
            var started = Stopwatch.GetTimestamp();
            applications.Write($"{poison.Name}.yaml", poison.Text);
            var found = await UntilAsync(() => log.FirstOrDefault(entry => entry.Line.Contains(poison.Name, StringComparison.Ordinal)
                && entry.Line.Contains($"[{poison.Code}]", StringComparison.Ordinal)).Time, stop);
            told.Add(Milliseconds(started, found));

            // The bad object stays, and what is good goes on.
            var app = applications.New($"after-{poison.Name}", $"after-{poison.Name}.example.com");
            started = Stopwatch.GetTimestamp();
            applications.Write(app.File, app.Text);
            next.Add(Milliseconds(started, await UntilAsync(() => probe.Ask(app.Host, "/") == "200 first" ? Stopwatch.GetTimestamp() : 0, stop)));
            table.Add(poison.Name, poison.Code, $"{told.Values[^1]:0}", $"{next.Values[^1]:0}");
        }

        return (told, next);
    }

    private static double Milliseconds(long started, long? ended) =>
        (ended is { } time ? Stopwatch.GetElapsedTime(started, time) : GiveUp).TotalMilliseconds;

    // The time that is given as soon as there is one; null if it never comes.
    private static async Task<long?> UntilAsync(Func<long> time, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < GiveUp)
        {
            if (time() is > 0 and var there)
            {
                return there;
            }

            await Task.Delay(1, stop);
        }

        return null;
    }

    private static IReadOnlyList<string> Notes(int size) =>
    [
        $"`sluice run` on a folder of {size:N0} applications, {size / 40} of them with a certificate, and its HAProxy; one bad file after the other is put there, and stays",
        "told after: from just before the file is renamed until the finding is in the log; good change after it: a new application, written just after that, until it answers",
        $"load meanwhile: {Clients.Description}, for all applications in turns; an error is no answer, or any other than 200",
        "weak: a certificate whose authority has a key that our own checks let pass and HAProxy refuses",
        "all of them at a start: controller and HAProxy are started anew with them; the time until they serve; then each good application is asked once",
    ];
}
