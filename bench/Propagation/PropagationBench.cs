namespace Sluice.Bench.Propagation;

/// <summary>
/// The time from a changed manifest to the first right answer, as users have it: the controller's executable on a
/// folder, its HAProxy, real requests and handshakes.
/// </summary>
internal static class PropagationBench
{
    private const double MedianLimit = 25;
    private const double TailLimit = 75;

    private static readonly ChangeKind[] Kinds = Enum.GetValues<ChangeKind>();

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        int[] sizes = settings.Quick ? [10, 200] : [10, 1_000, 5_000];
        var (warmups, changes) = settings.Quick ? (3, 10) : (12, 120);
        var table = new TextTable("Ingresses, change, file", "changes", "p50 ms", "p99 ms", "max ms", "reloads", "wrong");
        var all = new List<Figures>();
        var gates = new List<Gate>();
        foreach (var size in sizes)
        {
            var found = await MeasureAsync(settings, size, warmups, changes, stop);
            foreach (var ((kind, way), figures) in found)
            {
                var (name, times) = ($"{size:N0} {kind.ToString().ToLowerInvariant()}", figures.Milliseconds);
                var file = way == WriteWay.Rename ? "renamed" : "in place";
                table.Add(
                    $"{name}, {file}", $"{times.Count}", $"{times.Median:0.0}", $"{times.Percentile(99):0.0}", $"{times.Most:0.0}",
                    $"{figures.Reloads}", $"{figures.Wrong}");
                if (way == WriteWay.Rename && size == sizes[^1])
                {
                    gates.Add(new Gate($"{name} p50", times.Median, MedianLimit, " ms"));
                    gates.Add(new Gate($"{name} p99", times.Percentile(99), TailLimit, " ms"));
                }

                all.Add(figures);
            }
        }

        gates.Add(new Gate("reloads", all.Sum(figures => figures.Reloads), 0));
        gates.Add(new Gate("wrong answers", all.Sum(figures => figures.Wrong), 0));
        return new Report(
            "From a changed manifest to the first right answer",
            [
                "`sluice run` on a folder with a file for each Ingress with its Service and EndpointSlice (up to 50 of them with TLS and a Secret), and its HAProxy",
                "ingress: a new application, or a new path of an old one, in turns; endpoint: another pod in place of the old one; certificate: a new one for a host",
                "from just before the rename or write until the first right answer that only right ones follow; asked without pause over 4 connections in turns, for certificates by one full handshake after the other",
                $"one change at a time, the kinds in turns, 20 to 50 ms between them, after {warmups} of each kind that do not count",
                "renamed: a new file takes the place of the old one; in place: the old one is emptied and written again, and is read when it has been quiet for 8 ms",
                "wrong: any answer other than the former right one and the new one, one that does not stay right, or a change of a host that nobody touched",
            ],
            table,
            gates);
    }

    private static async Task<Dictionary<(ChangeKind Kind, WriteWay Way), Figures>> MeasureAsync(
        BenchSettings settings, int size, int warmups, int changes, CancellationToken stop)
    {
        using var scratch = new ScratchFolder();
        var manifests = scratch.CreateFolder("manifests");
        using var fleet = new Fleet(manifests, size);
        await using var sluice = await SluiceUnderTest.StartAsync(settings, scratch, ["--manifests", manifests], stop);
        using var measurement = new Measurement(fleet, sluice);
        var figures = new Dictionary<(ChangeKind Kind, WriteWay Way), Figures>();
        for (var round = -warmups; round < changes; round++)
        {
            if (round is 0)
            {
                figures.Clear();
            }

            foreach (var kind in Kinds)
            {
                await RunAsync(kind, WriteWay.Rename);
                if (round % 2 == 0)
                {
                    await RunAsync(kind, WriteWay.InPlace);
                }
            }
        }

        return figures.OrderBy(entry => entry.Key.Way).ThenBy(entry => entry.Key.Kind).ToDictionary();

        async Task RunAsync(ChangeKind kind, WriteWay way)
        {
            figures.TryAdd((kind, way), new Figures());
            await measurement.RunAsync(kind, way, figures[(kind, way)], stop);
        }
    }
}
