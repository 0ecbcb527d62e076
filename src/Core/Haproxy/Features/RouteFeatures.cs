using System.Globalization;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>All that routes can ask for, in the order in which a request meets it.</summary>
internal static class RouteFeatures
{
    // How many features stand between two points where a request leaves that asks for none of the rest.
    private const int Group = 4;

    // CORS comes before all that refuses but lists of clients, so that pages can read these answers; so does hsts. Pods see
    // what was changed last.
    private static readonly IReadOnlyList<RouteFeature> All =
    [
        new ErrorReplies(), new ClientSource(),
        new Closed(), new Hsts(), new HttpsRedirect(), new AccessControl(),
        new CountryAccess(), new Cors(), new InMaintenance(), new RequestRedirect(),
        new AppRoot(), new ConcurrencyLimiting(), new RateLimiting(), new BasicAuth(),
        new ExternalAuth(), new TokenAuth(), new BodySize(), new RequestBuffering(),
        new Caching(), new BandwidthLimiting(),
        new PathRewrite(), new PodHost(), new ForwardedFor(), new RequestHeaders(), new ResponseHeaders(),
        new SessionCookies(), new Canaries(), new HashKeys(), new BackendTimeouts(),
        new Http2(), new Mirroring(),

        // It has many rules, which only those that ask for it should pass.
        new Shares(),
    ];

    /// <summary>What a policy becomes.</summary>
    public static RenderedPolicy Render(RoutePolicy policy)
    {
        var (flags, sets, values) = (0L, new List<DataSet>(), new List<(string, string)>());
        for (var index = 0; index < All.Count; index++)
        {
            if (All[index].Data(policy) is not { } data)
            {
                continue;
            }

            flags |= 1L << index;
            sets.AddRange(data.Sets);
            if (data.Value is { } value)
            {
                values.Add((All[index].Name, value));
            }
        }

        return new RenderedPolicy(flags, values.Count == 0 ? sets.ToEquatableArray() : [DataSet.Of(MapName.Policies, values), .. sets]);
    }

    /// <summary>The filters that the features of these flags need.</summary>
    public static EquatableArray<Filter> Filters(long flags) =>
        All.Where((_, index) => (flags & (1L << index)) != 0).Select(feature => feature.Needs).OfType<Filter>().Distinct().Order().ToEquatableArray();

    /// <summary>The rules for requests, after the route is known: flags in txn.flags, the policy's name in txn.policy.</summary>
    /// <param name="scheme">Of which frontend: http or https.</param>
    /// <param name="policy">What holds for all routes.</param>
    /// <param name="filters">The filters that the frontend has.</param>
    /// <param name="layout">Where things lie.</param>
    public static IEnumerable<string> RequestRules(string scheme, GlobalPolicy policy, EquatableArray<Filter> filters, Layout layout)
    {
        foreach (var (feature, index) in All.Select((feature, index) => (feature, index)))
        {
            if (index % Group == 0)
            {
                yield return $"http-request allow if !{{ var(txn.flags),and({Number(-1L << index & LargestMask)}) -m bool }}";
            }

            yield return $"acl {feature.Asked} var(txn.flags),and({Number(1L << index)}) -m bool";
            foreach (var rule in Rules(feature, scheme, policy, filters, layout))
            {
                yield return rule;
            }
        }
    }

    private static IEnumerable<string> Rules(RouteFeature feature, string scheme, GlobalPolicy policy, EquatableArray<Filter> filters, Layout layout) =>
        Lacks(feature, filters) ? Without(feature)
        : feature.Needs is Filter.Agent or Filter.Mirror ? [AgentProgram.IfPossible, .. feature.RequestRules(scheme, policy, layout), ".else", .. Without(feature), ".endif"]
        : feature.RequestRules(scheme, policy, layout);

    private static IEnumerable<string> Without(RouteFeature feature) => feature.IsSparedWithoutFilter ? [] : Closed.Rules(feature.Asked);

    /// <summary>The rules for responses: first of pods, then of all. Those of routes that ask for none of them are past them by one question each.</summary>
    public static IEnumerable<string> ResponseRules(EquatableArray<Filter> filters, Layout layout) =>
    [
        .. Guarded("http-response", feature => Lacks(feature, filters) ? [] : feature.PodResponseRules(layout)),
        .. Guarded("http-after-response", feature => feature.ResponseRules(layout)),
    ];

    /// <summary>The flag of the routes that ask for pages of their own.</summary>
    public static long ErrorFlag { get; } = 1L << All.Index().First(feature => feature.Item is ErrorReplies).Index;

    private static bool Lacks(RouteFeature feature, EquatableArray<Filter> filters) => feature.Needs is { } filter && !filters.Contains(filter);

    private static IEnumerable<string> Guarded(string ruleset, Func<RouteFeature, IEnumerable<string>> rulesOf)
    {
        var asking = All.Select((feature, index) => (Flag: 1L << index, Rules: rulesOf(feature).ToList())).Where(feature => feature.Rules.Count > 0).ToList();
        var mask = asking.Aggregate(0L, (flags, feature) => flags | feature.Flag);
        return asking.SelectMany(feature => feature.Rules).Prepend($"{ruleset} allow if !{{ var(txn.flags),and({Number(mask)}) -m bool }}");
    }

    /// <summary>The rule of each backend that requests of plain routes leave by.</summary>
    public const string PlainEnds = "http-request allow unless { var(txn.flags) -m found }";

    /// <summary>The rules of each backend; requests of plain routes are past them by one question.</summary>
    public static IEnumerable<string> BackendRules(Layout layout) =>
        All.SelectMany(feature => feature.BackendRules(layout)).Prepend(PlainEnds);

    // HAProxy's whole numbers have a sign.
    private const long LargestMask = long.MaxValue;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A policy as HAProxy finds it.</summary>
/// <param name="Flags">Which features it asks for.</param>
/// <param name="Sets">Its data; the name of the first one is the policy's.</param>
internal sealed record RenderedPolicy(long Flags, EquatableArray<DataSet> Sets);
