using System.Text.Json;

namespace Sluice.Bench.ClusterRead;

/// <summary>
/// What a cluster costs the controller: memory and time to read a large one, the changes that it can follow, and what it
/// takes where nothing happens. The API server is a synthetic one in a process of its own.
/// </summary>
internal static class ClusterBench
{
    private const double PeakLimit = 260;
    private const double LeastThroughput = 15_000;
    private const double IdleLimit = 60;
    private const double IdleCoreLimit = 0.5;

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        using var scratch = new ScratchFolder();
        var size = settings.Quick ? new ClusterSize(400, 400, 1_000, 200) : new ClusterSize(20_000, 20_000, 50_000, 10_000);
        var events = settings.Quick ? 5_000 : 500_000;
        var (ceiling, reading) = await ReadAsync(scratch.At("large"), size, events, stop);
        var quiet = await QuietCluster.MeasureAsync(settings, scratch, TimeSpan.FromMinutes(settings.Minutes ?? (settings.Quick ? 0.25 : 10)), stop);
        foreach (var write in quiet.Writes)
        {
            await Console.Error.WriteLineAsync($"written while nothing happened: {write}");
        }

        var table = new TextTable("cluster, figure", "value");
        Describe(table, ceiling, reading);
        Describe(table, quiet);
        return new Report(
            "Reading a cluster",
            [
                $"large: {size}; their JSON is as large as with helm, cert-manager and the built-in controllers, {ceiling.BytesPerEvent:N0} bytes for a changed slice; certificates of 2,048 bits with their authority's",
                "the synthetic API server is a process of its own on the same machine; TLS and HTTP/2, streaming lists; it writes objects from templates",
                "the reader is a process with the controller's read path up to the snapshot, with the runtime settings of the controller; memory is that of the whole process as the kernel counts it, in MB of a million bytes",
                $"changes: {reading.Storms.Count} rounds of {reading.Storms[0].Events:N0} changed slices as fast as they can be sent, one endpoint of each replaced, until the last one is in a snapshot; the median round counts",
                "the server alone: the same stream over the same transport to a process that only counts lines",
                $"small: {QuietCluster.Size}; `sluice run` ({(settings.IsOwnSluice ? "with the JIT compiler, so its memory and CPU time are no gates" : "compiled ahead of time, as it is shipped")}) with its HAProxy, which is not counted; it leads, has nothing to write, and is looked at for {quiet.Duration.TotalMinutes:0.0} min after 20 s",
            ],
            table,
            [
                new Gate("peak before rendering", reading.Peak, PeakLimit, " MB"),
                new Gate("peak with changes", reading.StormPeak, PeakLimit, " MB", IsInformational: true),
                new Gate("changes followed", Median(reading), LeastThroughput, " slices/s", IsLeast: true),
                // What is shipped is compiled ahead of time: the compiler at run time, with its code, is not the controller's.
                new Gate("idle memory", quiet.Resident, IdleLimit, " MB", IsInformational: settings.IsOwnSluice),
                new Gate("idle CPU", quiet.Core, IdleCoreLimit, " %", IsInformational: settings.IsOwnSluice),
                new Gate("writes while quiet", quiet.Writes.Count, 0),
                new Gate("reloads while quiet", quiet.Reloads, 0),
            ]);
    }

    private static async Task<(Ceiling Ceiling, Reading Reading)> ReadAsync(string kubeconfig, ClusterSize size, int events, CancellationToken stop)
    {
        await using var server = await ServerProcess.StartAsync(kubeconfig, size, stop);
        var counted = await RunAsync(ChildRole.Counter, isLikeProduct: false);
        var read = await RunAsync(ChildRole.Reader, isLikeProduct: true);
        return (JsonSerializer.Deserialize(counted, BenchJson.Default.Ceiling)!, JsonSerializer.Deserialize(read, BenchJson.Default.Reading)!);

        Task<string> RunAsync(string role, bool isLikeProduct)
        {
            var (program, arguments) = ChildRole.Command(role, kubeconfig, size, isLikeProduct, events);
            return Child.RunAsync(program, arguments, stop);
        }
    }

    private static double Median(Reading reading)
    {
        var rates = reading.Storms.Select(storm => storm.Events / storm.Seconds).Order().ToList();
        return rates[rates.Count / 2];
    }

    private static void Describe(TextTable table, Ceiling ceiling, Reading reading)
    {
        table.Add("large: first complete snapshot, s", $"{reading.FirstSnapshot:0.0}");
        table.Add("large: CPU time for it, s", $"{reading.FirstCpu:0.0}");
        table.Add("large: allocated for it, MB", $"{reading.Allocated:0}");
        table.Add("large: peak memory until then, MB", $"{reading.Peak:0}");
        table.Add("large: memory 5 s later, MB", $"{reading.Steady:0}");
        var (storms, events) = (reading.Storms, reading.Storms.Sum(storm => storm.Events));
        table.Add("large: changes followed, slices/s", $"{Median(reading):N0}");
        table.Add("large: the same, the worst and the best round", $"{storms.Min(storm => storm.Events / storm.Seconds):N0} {storms.Max(storm => storm.Events / storm.Seconds):N0}");
        table.Add("large: CPU time for a change, µs", $"{storms.Sum(storm => storm.CpuSeconds) / events * 1e6:0.0}");
        table.Add("large: allocated for a change, kB", $"{storms.Sum(storm => storm.Allocated) / events * 1e3:0.0}");
        table.Add("large: snapshots made of them", $"{storms.Sum(storm => storm.Snapshots):N0}");
        table.Add("large: peak memory with them, MB", $"{reading.StormPeak:0}");
        table.Add("large: live objects at the end, MB", $"{reading.Live:0}");
        table.Add("large: the server alone, changed slices/s", $"{ceiling.StormPerSecond:N0}");
        table.Add("large: the server alone, listed slices/s", $"{ceiling.ListPerSecond:N0}");
    }

    private static void Describe(TextTable table, Quiet quiet)
    {
        table.Add("small: most memory while quiet, MB", $"{quiet.Resident:0.0}");
        table.Add("small: peak memory since its start, MB", $"{quiet.Peak:0.0}");
        table.Add("small: CPU while quiet, % of a core", $"{quiet.Core:0.00}");
        table.Add("small: writes other than of the Lease", $"{quiet.Writes.Count}");
        table.Add("small: writes of the Lease", $"{quiet.LeaseWrites}");
        table.Add("small: reloads", $"{quiet.Reloads}");
    }
}
