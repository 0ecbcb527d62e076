using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Pods that speak HTTP/2 without TLS are told that the scheme is http. HAProxy says what the client meant, and https where
/// it does not know; some servers refuse that on such a connection.
/// </summary>
internal sealed class ClearHttp2() : RouteFeature("h2c")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.IsClearHttp2 ? new FeatureData() : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
        [$"http-request set-uri http://%[req.hdr(host)]%[pathq] if {Asked} {{ pathq -m beg / }}"];
}
