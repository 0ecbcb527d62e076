using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Controller.Cluster;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Bench.ClusterRead;

/// <summary>What a reader found; memory in MB, times in seconds.</summary>
internal sealed record Reading
{
    public double FirstSnapshot { get; init; }

    public double FirstCpu { get; init; }

    public double Allocated { get; init; }

    public double Peak { get; init; }

    public double Steady { get; init; }

    public double Live { get; init; }

    public IReadOnlyList<Storm> Storms { get; init; } = [];

    public double StormPeak { get; init; }
}

/// <summary>One round of changes: how many, and what they took until the last one was in a snapshot.</summary>
internal sealed record Storm(int Events, double Seconds, double CpuSeconds, double Allocated, int Snapshots);

/// <summary>The process that is measured: the controller's way from the API server to the snapshot, and nothing behind it.</summary>
internal static class ReaderProcess
{
    private const int Rounds = 5;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>Reads all, then takes the changes that it asks for; writes what it found as JSON.</summary>
    public static async Task RunAsync(string kubeconfig, ClusterSize size, int events, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var api = new ApiClient(ApiEndpoint.Find(kubeconfig, context: null));
        var source = new ClusterSource(
            api, new ClusterScope { Config = new NamespacedName(ApiServer.Namespace, "sluice") }, new ReflectorTimes(), NullLogger.Instance);
        var running = source.RunAsync(ending.Token);
        var snapshot = await source.Snapshots.ReadAsync(stop);
        var reading = new Reading
        {
            FirstSnapshot = Stopwatch.GetElapsedTime(started).TotalSeconds,
            FirstCpu = Environment.CpuUsage.TotalTime.TotalSeconds,
            Allocated = GC.GetTotalAllocatedBytes() / 1e6,
            Peak = ProcessMemory.Peak(),
        };
        Check(snapshot, size);
        await Task.Delay(Settling, stop);
        reading = reading with { Steady = ProcessMemory.Resident() };
        for (var round = 0; round < Rounds; round++)
        {
            // Another number each time, so that the last change is of another slice.
            reading = reading with { Storms = [.. reading.Storms, await StormAsync(api, source, size, (events / Rounds) + round, stop)] };
        }

        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        reading = reading with { StormPeak = ProcessMemory.Peak(), Live = GC.GetTotalMemory(forceFullCollection: true) / 1e6 };
        await ending.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        Console.WriteLine(JsonSerializer.Serialize(reading, BenchJson.Default.Reading));
    }

    private static async Task<Storm> StormAsync(ApiClient api, ClusterSource source, ClusterSize size, int events, CancellationToken stop)
    {
        var (space, name) = SyntheticCluster.ServiceOf(SyntheticCluster.ChangedSlice(events - 1, size.Slices), size);
        var (service, last, snapshots) = (new NamespacedName(space, name), IPAddress.Parse(SyntheticCluster.LastAddress), 0);
        var (cpu, allocated, started) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        await api.GetAsync($"/bench/storm?events={events}", stop);
        await foreach (var snapshot in source.Snapshots.ReadAllAsync(stop))
        {
            snapshots++;
            if (snapshot.EndpointSlices[service].Slices.Any(slice => slice.Endpoints[0].Address.Equals(last)))
            {
                break;
            }
        }

        return new Storm(
            events, Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
            (GC.GetTotalAllocatedBytes() - allocated) / 1e6, snapshots);
    }

    private static void Check(ClusterSnapshot snapshot, ClusterSize size)
    {
        var found = new ClusterSize(
            snapshot.Ingresses.Count, snapshot.Services.Count, snapshot.EndpointSlices.Values.Sum(slices => slices.Slices.Count), snapshot.Secrets.Count);
        if (found != size || !snapshot.Findings.IsEmpty)
        {
            throw new BenchException($"the snapshot holds {found}, with {snapshot.Findings.Length} findings; there are {size}");
        }
    }
}
