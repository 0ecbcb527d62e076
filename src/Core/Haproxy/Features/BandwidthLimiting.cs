using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>How fast each answer goes out: BYTES in a second.</summary>
internal sealed class BandwidthLimiting() : RouteFeature("bandwidth")
{
    /// <summary>The name of the filter.</summary>
    public const string FilterName = "bandwidth";

    public override Filter? Needs => Filter.Bandwidth;

    public override bool IsSparedWithoutFilter => true;

    public override FeatureData? Data(RoutePolicy policy) =>
        policy.Bandwidth is { } limit ? new FeatureData(limit.ToString(CultureInfo.InvariantCulture)) : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
        [$"http-request set-var(txn.bandwidth) {ValueLookup(layout)},add(0) if {Asked}"];

    public override IEnumerable<string> PodResponseRules(Layout layout) =>
        [$"http-response set-bandwidth-limit {FilterName} limit var(txn.bandwidth) period 1s if {Asked} {{ var(txn.bandwidth) -m int gt 0 }}"];
}
