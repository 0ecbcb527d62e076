using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>From which countries clients may come: ALLOWED|DENIED. A list that is not there lets nobody in.</summary>
internal sealed class CountryAccess() : RouteFeature("countries")
{
    // Stands for a list that is not asked for: everybody is allowed, nobody is denied.
    private const string NoList = "none";

    public override FeatureData? Data(RoutePolicy policy)
    {
        if (policy.Countries is not { } lists)
        {
            return null;
        }

        var allowed = lists.Allowed is { } given ? Set(given) : null;
        var denied = lists.Denied.Count > 0 ? Set(lists.Denied) : null;
        return new FeatureData(
            $"{allowed?.Name ?? NoList}|{denied?.Name ?? NoList}", [.. new[] { allowed, denied }.OfType<DataSet>().Distinct()]);
    }

    public override IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        var lookup = $"concat(:,txn.country),map_str({MapFile(layout, MapName.Policies)}) -m found";
        return
        [
            $"http-request set-var(txn.countries) {ValueLookup(layout)} if {Asked}",
            $"http-request set-var(txn.country) src,map_ip(opt@{layout.CountryFile},unknown) if {Asked}",

            // The file of another place, or none: nothing is known of anybody.
            $"http-request return status 503 default-errorfiles if {Asked} !{{ str({CountryMap.Mark}),map_ip(opt@{layout.CountryFile}) -m found }}",
            $"http-request return status 403 default-errorfiles if {Asked} !{{ var(txn.countries),field(1,|) -m str {NoList} }} !{{ var(txn.countries),field(1,|),{lookup} }}",
            $"http-request return status 403 default-errorfiles if {Asked} !{{ var(txn.countries),field(2,|) -m str {NoList} }} {{ var(txn.countries),field(2,|),{lookup} }}",
        ];
    }

    private static DataSet Set(EquatableArray<string> codes) => DataSet.Of(MapName.Policies, [.. codes.Select(code => (code.ToLowerInvariant(), "1"))]);
}
