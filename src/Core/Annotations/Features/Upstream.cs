using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>How pods are spoken to.</summary>
public static class Upstream
{
    private const string Rare = "The first use of a value other than the default is a reload.";

    public static readonly Setting<int> Retries = new(
        "retries", Scopes.Everywhere, Kinds.Number(0, 20), Fallback: 3,
        $"How often a request is tried again where retry-on says so; the last time with another pod. {Rare}", "1");

    public static readonly Setting<EquatableArray<string>> RetryOn = new(
        "retry-on", Scopes.Everywhere, Kinds.WordList(
            "conn-failure", "empty-response", "junk-response", "response-timeout", "0rtt-rejected",
            "401", "403", "404", "408", "425", "429", "500", "501", "502", "503", "504"),
        Fallback: ["conn-failure"],
        "When a request is tried again. Where it may have reached a pod, only one with a method that may be repeated is: GET, HEAD, OPTIONS, TRACE, PUT or DELETE. " + Rare,
        "conn-failure,empty-response,503");

    public static readonly Setting<HttpReuse> HttpReuse = new(
        "http-reuse", Scopes.Everywhere,
        Kinds.OneOf(("never", Model.HttpReuse.Never), ("safe", Model.HttpReuse.Safe), ("aggressive", Model.HttpReuse.Aggressive), ("always", Model.HttpReuse.Always)),
        Fallback: Model.HttpReuse.Safe,
        $"Whether requests of several clients share connections to a pod: never, not the first request of a client, only where a connection was reused before, or always. {Rare}", "never");

    public static readonly Setting<TimeSpan?> SlowStart = new(
        "slow-start", Scopes.Everywhere, Kinds.Duration, Fallback: null,
        "How long it takes a new pod to get its full share of requests. It has no effect with load-balance first.", "30s");

    public static readonly Setting<bool> AbortOnClose = new Setting<bool>(
            "abortonclose", Scopes.Everywhere, Kinds.Bool, Fallback: false,
            $"Whether a request is given up when its client has closed its side of the connection before a pod answered. {Rare}", "true")
        .AlsoKnownAs(Dialect.HaproxyOrg, "abortonclose");

    public static readonly Setting<bool> ServerSsl = new Setting<bool>(
            "server-ssl", Scopes.Everywhere, Kinds.Bool, Fallback: false,
            "Whether pods are spoken to over TLS, with HTTP/2 or HTTP/1.1 as they choose. Their certificates are not verified, unless server-ca says how.", "true")
    { IsGuard = true }
        .AlsoKnownAs(Dialect.HaproxyOrg, "server-ssl");

    public static readonly Setting<ServerProtocol?> ServerProto = new Setting<ServerProtocol?>(
            "server-proto", Scopes.Everywhere,
            Kinds.OptionalOneOf(("h1", ServerProtocol.Http1), ("h2", ServerProtocol.Http2), ("fcgi", ServerProtocol.FastCgi)), Fallback: null,
            "Which protocol pods are spoken to with: HTTP/1.1, HTTP/2 as gRPC asks for, or FastCGI, which needs fcgi-docroot. Without it HTTP/1.1, or with server-ssl what the pod chooses. "
            + "HAProxy takes backends that speak FastCGI from its configuration only: each Service that comes to it is a reload; its pods come and go without.", "h2")
        .AlsoKnownAs(Dialect.HaproxyOrg, "server-proto");

    public static readonly Setting<ProxyProtocol?> SendProxyProtocol = new Setting<ProxyProtocol?>(
            "send-proxy-protocol", Scopes.Everywhere,
            Kinds.OptionalOneOf(("v1", ProxyProtocol.V1), ("v2", ProxyProtocol.V2), ("v2-ssl", ProxyProtocol.V2Ssl), ("v2-ssl-cn", ProxyProtocol.V2SslCn)), Fallback: null,
            "Whether each connection to a pod begins with a line of the PROXY protocol that tells the client's address, in which version and with what of the client's TLS. "
            + "Connections are then not shared by clients.", "v2")
        .AlsoKnownAs(Dialect.HaproxyOrg, "send-proxy-protocol", Kinds.OptionalOneOf(
            ("proxy", ProxyProtocol.V1), ("proxy-v1", ProxyProtocol.V1), ("proxy-v2", ProxyProtocol.V2), ("proxy-v2-ssl", ProxyProtocol.V2Ssl), ("proxy-v2-ssl-cn", ProxyProtocol.V2SslCn)));
}
