namespace Sluice.Bench.Load;

/// <summary>
/// CPU time per request of HAProxy with our configuration, and with two hand-written ones that do not route: rounds
/// of all sides follow each other, and each round gives a ratio.
/// </summary>
internal static class LoadBench
{
    private const int SampledRoutes = 2_000;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    private static readonly (int Hosts, double Limit)[] Sizes = [(2, 1.12), (10_000, 1.25)];

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var (rounds, slices) = settings.Quick ? (2, 1) : (9, 2);
        using var scratch = new ScratchFolder();
        var gates = new List<Gate>();
        var wrong = 0L;
        var table = new TextTable("routes, side", "µs CPU/request", "lowest", "highest", "requests/s", "ratio ours:this", "lowest", "highest");
        foreach (var ((hosts, limit), bare) in Sizes.SelectMany(size => new[] { (size, false), (size, true) }))
        {
            var routes = hosts * RouteSet.Paths.Length;
            var size = await MeasureAsync(settings, scratch, hosts, bare, rounds, slices, stop);
            foreach (var side in size.Sides)
            {
                Add(table, $"{routes:N0}{(bare ? " bare," : "")} {side.Name}", side, size.Ours);
            }

            wrong += size.Wrong;
            if (!bare)
            {
                gates.Add(new Gate($"ratio at {routes:N0} routes", size.Ours.RatiosTo(size.Sides[1]).Median, limit));
            }
        }

        gates.Add(new Gate("wrong answers", wrong, 0));
        return new Report(
            "CPU time per request of HAProxy",
            [
                $"{await VersionAsync(settings, stop)}, one thread; wrk with 32 keep-alive connections on one thread; {rounds} rounds after one that does not count, in each {slices} slices of {Slice.TotalSeconds:0} s for each side, in turns",
                $"each side gets the same requests: {SampledRoutes:N0} hosts and paths of those that are routed (all 10 of 10), to one Service with one endpoint",
                "requests carry the eight headers that browsers send beside Host, and the answer is a page of 1 kB with Server, Cache-Control and ETag; a bare request has Host alone (not gated)",
                "minimal: a hand-written configuration with no routing and two headers; same headers: without routing, but with all headers that ours sets",
                "user and system time of the worker; medians over the rounds; ratios are taken round by round",
            ],
            table,
            gates);
    }

    private static async Task<(List<Side> Sides, Side Ours, long Wrong)> MeasureAsync(
        BenchSettings settings, ScratchFolder scratch, int hosts, bool bare, int rounds, int slices, CancellationToken stop)
    {
        var ports = FreePorts.Take(5);
        var origin = ports[4];
        var folders = new[] { "o", "m", "h", "x" }.Select(name => scratch.CreateFolder($"{name}{hosts}{(bare ? "b" : "")}")).ToList();
        var wrk = Wrk.Create(scratch.Path, hosts, Math.Min(SampledRoutes, hosts * RouteSet.Paths.Length), bare);
        var minimal = Write(folders[1], HandWritten.Program(ports[1], origin, HandWritten.UsualHeaders));
        var sameHeaders = Write(folders[2], HandWritten.Program(ports[2], origin, HandWritten.AllHeaders(ports[2])));

        await using var behind = await HaproxyUnderLoad.StartAsync(settings, folders[3], "origin", origin, Write(folders[3], HandWritten.Origin(origin)), stop);
        await using var ours = await HaproxyUnderLoad.StartAsync(
            settings, folders[0], "ours", ports[0], Ours.Write(folders[0], ports[0], ports[3], origin, hosts), stop);
        await using var first = await HaproxyUnderLoad.StartAsync(settings, folders[1], "minimal", ports[1], minimal, stop);
        await using var second = await HaproxyUnderLoad.StartAsync(settings, folders[2], "same headers", ports[2], sameHeaders, stop);

        var sides = new[] { ours, first, second }.Select(haproxy => new Side(haproxy)).ToList();
        var wrong = 0L;
        for (var round = 0; round <= rounds; round++)
        {
            // Short slices, so that what else the machine does meets all alike; each begins with another side.
            for (var turn = 0; turn < slices * sides.Count; turn++)
            {
                wrong += await sides[(turn + (turn / sides.Count) + round) % sides.Count].RunAsync(wrk, Slice, stop);
            }

            sides.ForEach(side => side.EndRound(counts: round > 0));
        }

        return (sides, sides[0], wrong);
    }

    private static void Add(TextTable table, string name, Side side, Side ours)
    {
        var ratios = ours.RatiosTo(side);
        var compared = side == ours ? ["", "", ""] : new[] { $"{ratios.Median:0.000}", $"{ratios.Least:0.000}", $"{ratios.Most:0.000}" };
        table.Add([name, $"{side.Cost.Median:0.00}", $"{side.Cost.Least:0.00}", $"{side.Cost.Most:0.00}", $"{side.Rate.Median:N0}", .. compared]);
    }

    private static string[] Write(string folder, string program)
    {
        var file = Path.Combine(folder, "haproxy.cfg");
        File.WriteAllText(file, program);
        return [file];
    }

    private static async Task<string> VersionAsync(BenchSettings settings, CancellationToken stop) =>
        (await Child.RunAsync(settings.Haproxy, ["-v"], stop)).Split('\n')[0].Split(' ') is [_, _, var version, ..] ? $"HAProxy {version}" : "HAProxy";
}
