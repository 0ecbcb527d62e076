using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Which clients may come. A list that is not there lets nobody in.</summary>
internal sealed class AccessControl() : RouteFeature("access")
{
    // Stands for a list that is not asked for: everybody is allowed, nobody is denied.
    private const string NoList = "none";

    public override FeatureData? Data(RoutePolicy policy)
    {
        if (policy.Access is not { } lists)
        {
            return null;
        }

        var allowed = lists.Allowed is { } blocks ? ClientAddress.List(blocks) : null;
        var denied = lists.Denied.Count > 0 ? ClientAddress.List(lists.Denied) : null;
        return new FeatureData(
            $"{allowed?.Name ?? NoList}|{denied?.Name ?? NoList}", [.. new[] { allowed, denied }.OfType<DataSet>().Distinct()]);
    }

    public override IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        var lookup = $"concat(:,txn.client),map_beg({MapFile(layout, MapName.Addresses)}) -m found";
        return
        [
            .. ClientAddress.Rules("txn.client", Asked),
            $"http-request set-var(txn.access) {ValueLookup(layout)} if {Asked}",
            $"http-request return status 403 default-errorfiles if {Asked} !{{ var(txn.access),field(1,|) -m str {NoList} }} !{{ var(txn.access),field(1,|),{lookup} }}",
            $"http-request return status 403 default-errorfiles if {Asked} !{{ var(txn.access),field(2,|) -m str {NoList} }} {{ var(txn.access),field(2,|),{lookup} }}",
        ];
    }
}
