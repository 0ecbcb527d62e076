using System.Diagnostics;
using System.Text;
using Sluice.Bench.Propagation;
using Sluice.Controller.Cluster;

namespace Sluice.Bench.ClusterRead;

/// <summary>What the controller did and took while nothing happened in a small cluster; memory in MB.</summary>
internal sealed record Quiet(TimeSpan Duration, double Resident, double Peak, double Core, IReadOnlyList<string> Writes, int LeaseWrites, int Reloads);

/// <summary>The controller as users run it, with its HAProxy, at a small cluster in which nothing happens.</summary>
internal static class QuietCluster
{
    public static readonly ClusterSize Size = new(10, 10, 25, 10);

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(2);

    public static async Task<Quiet> MeasureAsync(BenchSettings settings, ScratchFolder scratch, TimeSpan duration, CancellationToken stop)
    {
        var kubeconfig = scratch.At("small");
        await using var server = await ServerProcess.StartAsync(kubeconfig, Size, stop);
        using var api = new ApiClient(ApiEndpoint.Find(kubeconfig, context: null));
        // The address is the one that the status of the Ingresses names already, so nothing is left to write.
        string[] source = ["--kubeconfig", kubeconfig, "--publish-address", SyntheticCluster.PublishedAddress];
        await using var sluice = await SluiceUnderTest.StartAsync(settings, scratch, source, stop);
        await Task.Delay(Settling, stop);
        var (writes, leases) = (await LinesAsync(api, "/bench/writes", stop), await LinesAsync(api, "/bench/leases", stop));
        var (cpu, started, resident) = (Child.CpuTime(sluice.Id), Stopwatch.GetTimestamp(), 0.0);
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            await Task.Delay(Sampling, stop);
            resident = Math.Max(resident, ProcessMemory.Resident($"{sluice.Id}"));
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        return new Quiet(
            elapsed, resident, ProcessMemory.Peak($"{sluice.Id}"), (Child.CpuTime(sluice.Id) - cpu) / elapsed * 100,
            [.. (await LinesAsync(api, "/bench/writes", stop)).Skip(writes.Length)],
            int.Parse((await LinesAsync(api, "/bench/leases", stop))[0]) - int.Parse(leases[0]),
            await sluice.ReloadsAsync(stop));
    }

    private static async Task<string[]> LinesAsync(ApiClient api, string path, CancellationToken stop) =>
        Encoding.UTF8.GetString(await api.GetAsync(path, stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
