using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Which clients may come: ALLOWED|DENIED. A list that is not there lets nobody in.</summary>
internal sealed class AccessControl() : RouteFeature("access")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.Access is { } lists
        ? ListPair.Data(
            lists.Allowed is { } allowed ? ClientAddress.List(allowed) : null, lists.Denied is { } denied ? ClientAddress.List(denied) : null)
        : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        .. ClientAddress.Rules("txn.client", Asked),
        $"http-request set-var(txn.access) {ValueLookup(layout)} if {Asked}",
        .. ListPair.Rules("txn.access", "txn.client", $"map_beg({MapFile(layout, MapName.Addresses)})", Asked),
    ];
}
