using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Pods that speak HTTP/2 are told the scheme of their own connection. HAProxy passes on what the client said, and https
/// where it does not know; some servers refuse what their connection is not. Which pods these are, the name of the backend
/// says: a canary and Services that share requests may speak something else than the route's own Service.
/// </summary>
internal sealed class Http2() : RouteFeature("h2")
{
    // What the part of a backend's name begins with that is for its policy.
    private const string Clear = "h2c-";
    private const string OverTls = "h2s-";

    public override FeatureData? Data(RoutePolicy policy) =>
        policy.IsHttp2 || Speaks(policy.Canary?.Backend) || policy.Shares.Any(share => Speaks(share.Backend)) ? new FeatureData() : null;

    public override IEnumerable<string> BackendRules(Layout layout) =>
    [
        ClearRule("be_name"),
        $"http-request set-uri https://%[req.hdr(host)]%[pathq] if {Is("be_name", OverTls)} !{{ ssl_fc }} {{ fc_http_major 2 }} {{ pathq -m beg / }}",
    ];

    /// <summary>What the part of the name of a backend begins with that is for its policy.</summary>
    public static string Mark(BackendPolicy policy) => policy.Protocol != ServerProtocol.Http2 ? "" : policy.IsTls ? OverTls : Clear;

    /// <summary>The rule for those without TLS.</summary>
    /// <param name="backend">An expression for the name of the backend.</param>
    public static string ClearRule(string backend) => $"http-request set-uri http://%[req.hdr(host)]%[pathq] if {Is(backend, Clear)} {{ pathq -m beg / }}";

    private static bool Speaks(BackendId? backend) => backend?.Policy.Protocol == ServerProtocol.Http2;

    private static string Is(string backend, string mark) => $"{{ {backend},field({Names.PartWithPolicy},_) -m beg {mark} }}";
}
