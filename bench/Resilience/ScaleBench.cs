using System.Diagnostics;
using System.Globalization;
using Sluice.Bench.ClusterRead;

namespace Sluice.Bench.Resilience;

/// <summary>How long a start takes and what it costs, with thousands of routes that have a Service each.</summary>
internal static class ScaleBench
{
    private const int ChangesPerSecond = 20;
    private const double Mebi = 1.048576;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Churn = TimeSpan.FromSeconds(10);
    private static readonly Dictionary<int, (double Seconds, double Mebibytes)> Limits = new() { [5_000] = (6, 200), [10_000] = (10, 350) };

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        int[] sizes = settings.Quick ? [100, 500] : [1_000, 5_000, 10_000];
        var table = new TextTable("routes", "ready, s", "controller peak, MiB", "at rest, MiB", "after changes, MiB", "CPU with changes, %", "HAProxy, MiB");
        var gates = new List<Gate>();
        foreach (var size in sizes)
        {
            var found = await MeasureAsync(settings, size, stop);
            var name = size.ToString("N0", CultureInfo.InvariantCulture);
            table.Add(name, $"{found.Ready:0.0}", $"{found.Peak:0}", $"{found.Rest:0}", $"{found.Changed:0}", $"{found.Cpu:0.0}", $"{found.Haproxy:0}");
            if (Limits.TryGetValue(size, out var limit))
            {
                gates.Add(new Gate($"{name} routes ready", found.Ready, limit.Seconds, " s"));
                gates.Add(new Gate($"{name} routes, controller at most", found.Peak, limit.Mebibytes, " MiB"));
            }
        }

        return new Report(
            "Thousands of routes",
            [
                $"`sluice run` ({(settings.IsOwnSluice ? "with the JIT compiler" : "the executable that was named")}) on a folder with a file for each Ingress with its Service and EndpointSlice, and its HAProxy; nothing of a former run is there",
                "ready: from the start of the controller's process until HAProxy serves all of it",
                $"memory is what is resident; at rest: {Rest.TotalSeconds:0} s after the start; changes: {ChangesPerSecond} endpoints replaced in each second for {Churn.TotalSeconds:0} s, CPU in percent of a core",
            ],
            table,
            gates);
    }

    private static async Task<Figures> MeasureAsync(BenchSettings settings, int size, CancellationToken stop)
    {
        await using var place = new Place(settings);
        using var applications = new Applications(place.Manifests, size, 0);
        var started = Stopwatch.GetTimestamp();
        var sluice = await place.StartAsync(stop);
        var ready = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Task.Delay(Rest, stop);
        var (process, worker) = ($"{sluice.Id}", await place.WorkerPidAsync(stop));
        var (peak, rest) = (ProcessMemory.Peak(process) / Mebi, ProcessMemory.Resident(process) / Mebi);
        var before = Child.CpuTime(sluice.Id);
        for (var change = 0; change < ChangesPerSecond * Churn.TotalSeconds; change++)
        {
            applications.Move(change * 7919 % size);
            await Task.Delay(TimeSpan.FromSeconds(1.0 / ChangesPerSecond), stop);
        }

        var cpu = (Child.CpuTime(sluice.Id) - before) / Churn * 100;
        return new Figures(ready, peak, rest, ProcessMemory.Resident(process) / Mebi, cpu, ProcessMemory.Resident($"{worker}") / Mebi);
    }

    private sealed record Figures(double Ready, double Peak, double Rest, double Changed, double Cpu, double Haproxy);
}
