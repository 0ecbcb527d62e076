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

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        using var scratch = new ScratchFolder();
        var size = settings.Quick ? new ClusterSize(400, 400, 1_000, 200) : new ClusterSize(20_000, 20_000, 50_000, 10_000);
        var events = settings.Quick ? 5_000 : 300_000;
        var (ceiling, reading) = await ReadAsync(scratch.At("large"), size, events, stop);
        var table = new TextTable("large cluster", "figure");
        Describe(table, ceiling, reading, events);
        return new Report(
            "Reading a cluster",
            [
                $"large: {size}; their JSON is as large as with helm, cert-manager and the built-in controllers, {ceiling.BytesPerEvent:N0} bytes for a changed slice; certificates of 2,048 bits with their authority's",
                "the synthetic API server is a process of its own on the same machine; TLS and HTTP/2, streaming lists; it writes objects from templates",
                "the reader is a process with the controller's read path up to the snapshot, with the runtime settings of the controller; memory is that of the whole process as the kernel counts it, in MB of a million bytes",
                $"changes: {events:N0} changed slices as fast as they can be sent, one endpoint of each replaced, until the last one is in a snapshot",
                "the server alone: the same stream over the same transport to a process that only counts lines",
            ],
            table,
            [
                new Gate("peak before rendering", reading.Peak, PeakLimit, " MB"),
                new Gate("peak with changes", reading.StormPeak, PeakLimit, " MB"),
                new Gate("changes followed", events / reading.StormTime, LeastThroughput, " slices/s", IsLeast: true),
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

    private static void Describe(TextTable table, Ceiling ceiling, Reading reading, int events)
    {
        table.Add("first complete snapshot, s", $"{reading.FirstSnapshot:0.0}");
        table.Add("CPU time for it, s", $"{reading.FirstCpu:0.0}");
        table.Add("allocated for it, MB", $"{reading.Allocated:0}");
        table.Add("peak memory until then, MB", $"{reading.Peak:0}");
        table.Add("memory 5 s later, MB", $"{reading.Steady:0}");
        table.Add("changes followed, slices/s", $"{events / reading.StormTime:N0}");
        table.Add("CPU time for a change, µs", $"{reading.StormCpu / events * 1e6:0.0}");
        table.Add("allocated for a change, kB", $"{reading.StormAllocated / events * 1e3:0.0}");
        table.Add("snapshots made of them", $"{reading.Snapshots:N0}");
        table.Add("peak memory with them, MB", $"{reading.StormPeak:0}");
        table.Add("live objects at the end, MB", $"{reading.Live:0}");
        table.Add("the server alone, changed slices/s", $"{ceiling.StormPerSecond:N0}");
        table.Add("the server alone, listed slices/s", $"{ceiling.ListPerSecond:N0}");
    }
}
