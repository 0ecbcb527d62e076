using System.Diagnostics;
using Sluice.Bench.ClusterRead;

namespace Sluice.Bench.Resilience;

/// <summary>Every Service's endpoints are replaced again and again, under load and with WebSockets open.</summary>
internal static class ChurnBench
{
    private const double LimitMilliseconds = 200;
    private const int Probed = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var services = settings.Quick ? 20 : 200;
        var time = TimeSpan.FromMinutes(settings.Minutes ?? (settings.Quick ? 0.1 : 1));
        await using var place = new Place(settings);
        using var rollout = new Rollout(place.Manifests, services, Probed);
        var sluice = await place.StartAsync(stop);
        await using var sockets = await WebSockets.OpenAsync(place.HttpPort, rollout.Hosts);
        await using var load = Clients.Start(place.HttpPort, rollout.Hosts);
        await using var probe = Clients.Start(place.HttpPort, rollout.Probed);
        load.Answered += rollout.Note;
        probe.Answered += rollout.Note;
        var worker = await place.WorkerPidAsync(stop) ?? throw new BenchException("HAProxy has no worker");
        var table = new TextTable("figure", "value");
        var meter = new Meter(sluice.Id, worker);
        var steps = await StepAsync(rollout, time, stop);
        meter.Describe(table);
        var reloads = await sluice.ReloadsAsync(stop);
        await load.StopAsync();
        await probe.StopAsync();
        var isEqual = await place.UntilEqualAsync(Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(10), stop) is not null;

        Describe(table, rollout, steps * services);
        table.Add("requests", $"{load.Requests + probe.Requests:N0}");
        table.Add("answers on WebSockets", $"{sockets.Answers:N0}");
        return new Report(
            "Endpoints that change all the time",
            Notes(services, time),
            table,
            [
                new Gate("failed requests", load.Failed + probe.Failed, 0),
                new Gate("reloads", reloads, 0),
                new Gate("WebSockets cut", sockets.Cut, 0),
                new Gate("stale endpoint p99", rollout.Stale.Percentile(99), LimitMilliseconds, " ms"),
                new Gate("rewrites, of those that were due", 100 * steps / (time / Interval), 90, " %", IsLeast: true),
                new Gate("differs at the end", isEqual ? 0 : 1, 0),
            ]);
    }

    private static async Task<int> StepAsync(Rollout rollout, TimeSpan time, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval);
        var started = Stopwatch.GetTimestamp();
        var steps = 0;
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            await timer.WaitForNextTickAsync(stop);
            rollout.Step();
            steps++;
        }

        return steps;
    }

    private static IReadOnlyList<string> Notes(int services, TimeSpan time) =>
    [
        $"`sluice run` on a folder with an Ingress, a Service and an EndpointSlice for each of {services} hosts, and its HAProxy",
        $"each {Interval.TotalMilliseconds:0} ms for {time.TotalMinutes:0.0} min all EndpointSlices are rewritten at once, one file each: of the two pods of each Service one is taken out and another comes",
        $"load: {Clients.Description}, for all hosts in turns, and the same once more for {Probed} hosts; {services} WebSockets, one for each host, with a message and its answer each second",
        $"stale endpoint: from just before the file is renamed until the last answer of the pod that was taken out was there, for the {Probed} hosts; 0 where none came after it",
    ];

    private static void Describe(TextTable table, Rollout rollout, int replaced)
    {
        table.Add("endpoints replaced", $"{replaced:N0}");
        table.Add("stale endpoint p50, ms", $"{rollout.Stale.Median:0.0}");
        table.Add("stale endpoint p99, ms", $"{rollout.Stale.Percentile(99):0.0}");
        table.Add("stale endpoint max, ms", $"{rollout.Stale.Most:0.0}");
        table.Add("stale endpoint max of all Services, ms", $"{rollout.LongestStale:0.0}");
    }

    /// <summary>What the processes use, from now on.</summary>
    private sealed class Meter(int sluice, int worker)
    {
        private readonly TimeSpan sluiceBefore = Child.CpuTime(sluice);
        private readonly TimeSpan workerBefore = Child.CpuTime(worker);
        private readonly double memoryBefore = ProcessMemory.Resident($"{worker}");
        private readonly long started = Stopwatch.GetTimestamp();

        public void Describe(TextTable table)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            table.Add("CPU of the controller, % of a core", $"{(Child.CpuTime(sluice) - sluiceBefore) / elapsed * 100:0}");
            table.Add("CPU of HAProxy, % of a core", $"{(Child.CpuTime(worker) - workerBefore) / elapsed * 100:0}");
            table.Add("memory of HAProxy before and after, MB", $"{memoryBefore:0} {ProcessMemory.Resident($"{worker}"):0}");
            table.Add("memory of the controller after, MB", $"{ProcessMemory.Resident($"{sluice}"):0}");
        }
    }
}
