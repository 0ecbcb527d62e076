using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Pods that speak HTTP/2 over TLS are told that the scheme is https, also where the client spoke HTTP/2 without it: HAProxy
/// passes on what the client said, and some servers refuse http on such a connection.
/// </summary>
internal sealed class TlsHttp2() : RouteFeature("h2s")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.IsTlsHttp2 ? new FeatureData() : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) => scheme == "https"
        ? []
        : [$"http-request set-uri https://%[req.hdr(host)]%[pathq] if {Asked} {{ fc_http_major 2 }} {{ pathq -m beg / }}"];
}
