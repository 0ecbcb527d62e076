using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>A route whose guard cannot be set up lets nobody through.</summary>
internal sealed class Closed() : RouteFeature("closed")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.IsClosed ? new FeatureData() : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
        [$"http-request return status 503 default-errorfiles if {Asked}"];
}
