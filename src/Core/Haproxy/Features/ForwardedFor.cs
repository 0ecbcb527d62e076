using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Pods do not see by whom a request was sent, as far as X-Forwarded-For says it.</summary>
internal sealed class ForwardedFor() : RouteFeature("forwardedfor")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.HidesForwardedFor ? new FeatureData() : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) => [$"http-request del-header X-Forwarded-For if {Asked}"];
}
