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
        new Closed(), new Hsts(), new HttpsRedirect(), new AccessControl(),
        new CountryAccess(), new Cors(), new InMaintenance(), new RequestRedirect(),
        new AppRoot(), new ConcurrencyLimiting(), new RateLimiting(), new BasicAuth(),
        new ExternalAuth(), new TokenAuth(), new BodySize(), new PathRewrite(), new PodHost(), new RequestHeaders(), new ResponseHeaders(),
        new Canaries(), new HashKeys(), new SessionCookies(), new BackendTimeouts(),
        new ClearHttp2(), new Mirroring(),
    ];

    /// <summary>What a policy becomes: which features it asks for, and its data. The name of the first set is the policy's.</summary>
    public static (long Flags, EquatableArray<DataSet> Sets) Render(RoutePolicy policy)
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

        return (flags, values.Count == 0 ? sets.ToEquatableArray() : [DataSet.Of(MapName.Policies, values), .. sets]);
    }

    /// <summary>The filters that the features of these flags need.</summary>
    public static EquatableArray<Filter> Filters(long flags) =>
        All.Where((_, index) => (flags & (1L << index)) != 0).Select(feature => feature.Needs).OfType<Filter>().Distinct().Order().ToEquatableArray();

    /// <summary>The rules for requests, after the route is known: flags in txn.flags, the policy's name in txn.policy.</summary>
    /// <param name="scheme">Of which frontend: http or https.</param>
    /// <param name="filters">The filters that the frontend has.</param>
    /// <param name="layout">Where things lie.</param>
    public static IEnumerable<string> RequestRules(string scheme, EquatableArray<Filter> filters, Layout layout)
    {
        foreach (var (feature, index) in All.Select((feature, index) => (feature, index)))
        {
            if (index % Group == 0)
            {
                yield return $"http-request allow if !{{ var(txn.flags),and({Number(-1L << index & LargestMask)}) -m bool }}";
            }

            yield return $"acl {feature.Asked} var(txn.flags),and({Number(1L << index)}) -m bool";
            foreach (var rule in Rules(feature, scheme, filters, layout))
            {
                yield return rule;
            }
        }
    }

    private static IEnumerable<string> Rules(RouteFeature feature, string scheme, EquatableArray<Filter> filters, Layout layout) => feature.Needs switch
    {
        null => feature.RequestRules(scheme, layout),
        { } filter when filters.Contains(filter) =>
            [AgentProgram.IfPossible, .. feature.RequestRules(scheme, layout), ".else", .. Without(feature), ".endif"],
        _ => Without(feature),
    };

    private static IEnumerable<string> Without(RouteFeature feature) => feature.IsGuard ? Closed.Rules(feature.Asked) : [];

    /// <summary>The rules for responses; those of routes that ask for none of them are past them by one question.</summary>
    public static IEnumerable<string> ResponseRules(Layout layout)
    {
        var asking = All.Select((feature, index) => (Flag: 1L << index, Rules: feature.ResponseRules(layout).ToList())).Where(feature => feature.Rules.Count > 0).ToList();
        var mask = asking.Aggregate(0L, (flags, feature) => flags | feature.Flag);
        return asking.SelectMany(feature => feature.Rules).Prepend($"http-after-response allow if !{{ var(txn.flags),and({Number(mask)}) -m bool }}");
    }

    /// <summary>The rules of each backend; requests of plain routes are past them by one question.</summary>
    public static IEnumerable<string> BackendRules(Layout layout) =>
        All.SelectMany(feature => feature.BackendRules(layout)).Prepend("http-request allow unless { var(txn.flags) -m found }");

    // HAProxy's whole numbers have a sign.
    private const long LargestMask = long.MaxValue;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
