using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>A route whose guard cannot be set up lets nobody through.</summary>
internal sealed class Closed() : RouteFeature("closed")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.IsClosed ? new FeatureData() : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) => Rules(Asked);

    /// <summary>Rules that let nobody through where a condition holds.</summary>
    public static IEnumerable<string> Rules(string condition) => [$"http-request return status 503 default-errorfiles if {condition}"];
}
