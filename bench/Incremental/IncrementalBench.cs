using System.Diagnostics;
using System.Net;
using Sluice.Core.Haproxy;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Sluice.Core.Values;

namespace Sluice.Bench.Incremental;

/// <summary>What one change costs from the snapshot to the plan: translate, render, plan, as the controller does it.</summary>
internal static class IncrementalBench
{
    private const double TimeAim = 2;
    private const double MemoryAim = 100;

    private static readonly int[] Sizes = [10, 1_000, 5_000, 10_000];

    public static Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var changes = settings.Quick ? 50 : 1_000;
        var table = new TextTable("Ingresses, change", "ms/change p50", "p99", "kB/change p50", "from nothing, ms");
        var (slowest, largest) = (0.0, 0.0);
        _ = Measure(new Pipeline(Cluster(Sizes[0])), OneMoreRoute, 3 * changes);
        foreach (var size in settings.Quick ? Sizes[..2] : Sizes)
        {
            var cluster = Cluster(size);
            var full = Stopwatch.GetTimestamp();
            _ = new Pipeline(cluster);
            var fromNothing = Stopwatch.GetElapsedTime(full).TotalMilliseconds;
            foreach (var (name, change) in new (string, Func<ClusterSnapshot, int, ClusterSnapshot>)[] { ("route", OneMoreRoute), ("endpoint", OtherEndpoint) })
            {
                stop.ThrowIfCancellationRequested();
                var (time, memory) = Measure(new Pipeline(cluster), change, changes);
                table.Add($"{size:N0} {name}", $"{time.Median:0.000}", $"{time.Percentile(99):0.000}", $"{memory.Median:0.0}", $"{fromNothing:0}");
                (slowest, largest) = (Math.Max(slowest, time.Median), Math.Max(largest, memory.Median));
            }
        }

        return Task.FromResult(new Report(
            "From a changed object to the plan",
            [
                $"each Ingress has a host, five paths, a Service and a slice of its own; {changes:N0} changes of each kind, one at a time, after twice as many that do not count",
                "route: one Ingress more; endpoint: the address of one endpoint is another; a file's way to the snapshot, and HAProxy, are not in it",
            ],
            table,
            [
                new Gate("slowest p50", slowest, TimeAim, " ms", IsInformational: true),
                new Gate("most memory p50", largest, MemoryAim, " kB", IsInformational: true),
            ]));
    }

    private static (Samples Milliseconds, Samples Kilobytes) Measure(
        Pipeline pipeline, Func<ClusterSnapshot, int, ClusterSnapshot> change, int changes)
    {
        var (milliseconds, kilobytes) = (new Samples(), new Samples());
        for (var index = 0; index < 3 * changes; index++)
        {
            var cluster = change(pipeline.Cluster, index);
            var memory = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            pipeline.Advance(cluster);
            var time = Stopwatch.GetElapsedTime(started);
            if (index >= 2 * changes)
            {
                milliseconds.Add(time.TotalMilliseconds);
                kilobytes.Add((GC.GetAllocatedBytesForCurrentThread() - memory) / 1000.0);
            }
        }

        return (milliseconds, kilobytes);
    }

    private static ClusterSnapshot Cluster(int size) => ClusterSnapshot.Empty with
    {
        Ingresses = Enumerable.Range(0, size).Select(index => RouteSet.Ingress(Name(index), RouteSet.Host(index), RouteSet.Paths, Name(index)))
            .ToTable(ingress => ingress.Id),
        Services = Enumerable.Range(0, size).Select(index => RouteSet.Service(Name(index))).ToTable(service => service.Id),
        EndpointSlices = Enumerable.Range(0, size).Select(index => RouteSet.Slices(Name(index), IPAddress.Loopback, 8080))
            .ToTable(slices => slices.Slices[0].Id),
        Now = DateTimeOffset.UtcNow,
    };

    // To an existing Service, as with most new routes; the one before it goes, so that the size stays.
    private static ClusterSnapshot OneMoreRoute(ClusterSnapshot cluster, int index) => cluster with
    {
        Ingresses = index % 2 == 0
            ? cluster.Ingresses.SetItem(RouteSet.Id("more"), RouteSet.Ingress("more", $"more-{index}.example.com", ["/"], Name(0)))
            : cluster.Ingresses.Remove(RouteSet.Id("more")),
        Now = DateTimeOffset.UtcNow,
    };

    private static ClusterSnapshot OtherEndpoint(ClusterSnapshot cluster, int index) => cluster with
    {
        EndpointSlices = cluster.EndpointSlices.SetItem(RouteSet.Id(Name(1)), RouteSet.Slices(Name(1), new IPAddress([10, 0, (byte)(index / 250), (byte)(index % 250)]), 8080)),
        Now = DateTimeOffset.UtcNow,
    };

    private static string Name(int index) => $"app-{index}";

    /// <summary>The controller's way from snapshot to plan, which starts from what it had before.</summary>
    private sealed class Pipeline
    {
        private readonly Layout layout = RouteSet.Layout("/run/sluice", 8080, 8443);
        private readonly TranslationOptions options = RouteSet.Options();
        private TranslationResult translation;
        private RunningState running;

        public Pipeline(ClusterSnapshot cluster)
        {
            Cluster = cluster;
            translation = Translator.Translate(cluster, options);
            running = new RunningState(Renderer.Render(translation.Model, layout), []);
        }

        public ClusterSnapshot Cluster { get; private set; }

        public void Advance(ClusterSnapshot cluster)
        {
            var former = translation;
            translation = Translator.Translate(cluster, options, former);
            var wanted = Renderer.Render(translation.Model, layout, (former.Model, running.State));
            if (Planner.Plan(running, wanted) is not Plan.Update { Commands.Count: > 0 })
            {
                throw new BenchException("a change gave no commands");
            }

            // What was drained is deleted soon; here at once.
            running = new RunningState(wanted, []);
            Cluster = cluster;
        }
    }
}
