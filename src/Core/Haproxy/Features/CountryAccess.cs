using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>From which countries clients may come: ALLOWED|DENIED. A list that is not there lets nobody in.</summary>
internal sealed class CountryAccess() : RouteFeature("countries")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.Countries is { } lists
        ? ListPair.Data(lists.Allowed is { } allowed ? Set(allowed) : null, lists.Denied.Count > 0 ? Set(lists.Denied) : null)
        : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.countries) {ValueLookup(layout)} if {Asked}",
        $"http-request set-var(txn.country) src,map_ip(opt@{layout.CountryFile},unknown) if {Asked}",

        // The file of another place, or none: nothing is known of anybody.
        $"http-request return status 503 default-errorfiles if {Asked} !{{ str({CountryMap.Mark}),map_ip(opt@{layout.CountryFile}) -m found }}",
        .. ListPair.Rules("txn.countries", "txn.country", $"map_str({MapFile(layout, MapName.Policies)})", Asked),
    ];

    private static DataSet Set(EquatableArray<string> codes) => DataSet.Of(MapName.Policies, [.. codes.Select(code => code.ToLowerInvariant()).Append(ListPair.Mark).Select(code => (code, "1"))]);
}
