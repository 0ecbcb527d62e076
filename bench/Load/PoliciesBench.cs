using Sluice.Core.Values;

namespace Sluice.Bench.Load;

/// <summary>
/// CPU time per request of HAProxy on routes with policies, against the same route without: each policy by itself, three and
/// all together. Rounds of all sides follow each other, and each round gives a ratio.
/// </summary>
internal static class PoliciesBench
{
    private const int Hosts = 2;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    // What a request meets and gets through.
    private static readonly (string Name, (string Key, string Value)[] Annotations)[] Policies =
    [
        ("timeouts", [("timeout-server", "30s"), ("timeout-tunnel", "1h")]),
        ("allow-list", [("allow-list", "127.0.0.0/8,10.0.0.0/8,192.168.0.0/16")]),
        ("response headers", [("response-set-header", "X-Frame-Options DENY\nX-Content-Type-Options nosniff")]),
        ("request headers", [("request-set-header", "X-Team shop")]),
        ("rate limit", [("rate-limit-requests", "1000000")]),
        ("body size", [("max-body-size", "10m")]),
        ("prefix and host", [("strip-prefix", "/api"), ("set-host", "pod.example.com")]),
        ("cors", [("cors-enable", "true"), ("cors-allow-origin", "https://app.example.com")]),
        ("session cookie", [("cookie-persistence", "session")]),
        ("hash of a header", [("load-balance", "header:User-Agent")]),
    ];

    // Of another route: what takes a filter, which then stands in the frontend for all.
    private static readonly (string Key, string Value)[] Filtered =
        [("auth-url", "http://192.0.2.1/"), ("mirror-to", "app"), ("cache", "true"), ("compression", "true"), ("limit-bandwidth", "10m")];

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var rounds = settings.Quick ? 2 : 9;
        using var scratch = new ScratchFolder();
        var ports = FreePorts.Take(1);
        var folder = scratch.CreateFolder("x");
        await using var origin = await HaproxyUnderLoad.StartAsync(settings, folder, "origin", ports[0], Write(folder, HandWritten.Origin(ports[0])), stop);
        var wrk = Wrk.Create(scratch.Path, Hosts, Hosts * RouteSet.Paths.Length, bare: false);
        var running = new List<HaproxyUnderLoad>();
        try
        {
            foreach (var (name, annotations, ofAnother) in Cases())
            {
                running.Add(await StartAsync(settings, scratch.CreateFolder($"s{running.Count}"), name, ports[0], (annotations, ofAnother), stop));
            }

            var sides = running.Select(haproxy => new Side(haproxy)).ToList();
            var wrong = await MeasureAsync(sides, wrk, rounds, stop);
            return Report(settings, sides, rounds, wrong);
        }
        finally
        {
            foreach (var haproxy in running)
            {
                await haproxy.DisposeAsync();
            }
        }
    }

    private static IEnumerable<(string Name, IEnumerable<(string Key, string Value)> Annotations, IEnumerable<(string Key, string Value)> OfAnother)> Cases() =>
    [
        ("none", [], []),
        ("none, filters for another route", [], Filtered),
        .. Policies.Select(policy => (policy.Name, policy.Annotations.AsEnumerable(), Enumerable.Empty<(string, string)>())),
        ("three", Policies.Take(3).SelectMany(policy => policy.Annotations), []),
        ($"all {Policies.Length}", Policies.SelectMany(policy => policy.Annotations), []),
    ];

    private static async Task<HaproxyUnderLoad> StartAsync(
        BenchSettings settings, string folder, string name, int origin, (IEnumerable<(string Key, string Value)> Own, IEnumerable<(string Key, string Value)> OfAnother) annotations, CancellationToken stop)
    {
        var ports = FreePorts.Take(2);
        var files = Ours.Write(folder, ports[0], ports[1], origin, Hosts, Texts(annotations.Own), Texts(annotations.OfAnother));
        return await HaproxyUnderLoad.StartAsync(settings, folder, name, ports[0], files, stop);
    }

    private static EquatableMap<string> Texts(IEnumerable<(string Key, string Value)> annotations) =>
        annotations.Select(pair => KeyValuePair.Create($"sluice.dev/{pair.Key}", pair.Value)).ToEquatableMap();

    private static async Task<long> MeasureAsync(List<Side> sides, Wrk wrk, int rounds, CancellationToken stop)
    {
        var wrong = 0L;
        for (var round = 0; round <= rounds; round++)
        {
            for (var turn = 0; turn < sides.Count; turn++)
            {
                wrong += await sides[(turn + round) % sides.Count].RunAsync(wrk, Slice, stop);
            }

            sides.ForEach(side => side.EndRound(counts: round > 0));
        }

        return wrong;
    }

    private static Report Report(BenchSettings settings, List<Side> sides, int rounds, long wrong)
    {
        var table = new TextTable("policies", "µs CPU/request", "lowest", "highest", "ratio to none", "lowest", "highest", "µs more");
        foreach (var side in sides)
        {
            var ratios = side.RatiosTo(sides[0]);
            table.Add([side.Name, $"{side.Cost.Median:0.00}", $"{side.Cost.Least:0.00}", $"{side.Cost.Most:0.00}",
                $"{ratios.Median:0.000}", $"{ratios.Least:0.000}", $"{ratios.Most:0.000}", $"{side.Cost.Median - sides[0].Cost.Median:0.00}"]);
        }

        return new Report(
            "CPU time per request of HAProxy with policies",
            [
                $"{Path.GetFileName(settings.Haproxy)}, one thread each; wrk with 32 keep-alive connections on one thread; {rounds} rounds after one that does not count, in each {Slice.TotalSeconds:0} s for each side, in turns",
                "requests carry the eight headers that browsers send beside Host, the answer is a page of 1 kB, all are let through",
                "user and system time of the worker; medians over the rounds; ratios are taken round by round",
            ],
            table,
            [new Gate("wrong answers", wrong, 0)]);
    }

    private static string[] Write(string folder, string program)
    {
        var file = Path.Combine(folder, "haproxy.cfg");
        File.WriteAllText(file, program);
        return [file];
    }
}
