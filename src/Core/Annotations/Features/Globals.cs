using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Settings of the controller as a whole.</summary>
public static class Globals
{
    public static readonly Setting<ServicePortName?> DefaultBackend = new Setting<ServicePortName?>(
            "default-backend", Scopes.Global, Kinds.ServicePort, Fallback: null,
            "The Service port that answers requests which no rule matches; without a port it is the Service's first. Without a Service they get 404.", "web/fallback:80")
        .AlsoKnownAs(Dialect.HaproxyOrg, "default-backend-service");

    public static readonly Setting<NamespacedName?> DefaultCertificate = new Setting<NamespacedName?>(
            "default-certificate", Scopes.Global, Kinds.ObjectName, Fallback: null,
            "The Secret whose certificate answers where no other does. Without it a self-signed one, made at start, does.", "web/wildcard-tls")
        .AlsoKnownAs(Dialect.HaproxyOrg, "ssl-certificate");

    public static readonly Setting<EquatableArray<Cidr>> TrustedProxies = new(
        "trusted-proxies", Scopes.Global, Kinds.CidrList, Fallback: [],
        "The clients whose X-Forwarded-For, -Proto, -Host, -Port, X-Real-IP and X-Request-ID are believed. A change is a reload.",
        "10.0.0.0/8,192.168.0.0/16");

    public static readonly Setting<EquatableArray<Cidr>> ProxyProtocol = new Setting<EquatableArray<Cidr>>(
            "proxy-protocol", Scopes.Global, Kinds.CidrList, Fallback: [],
            "The clients, such as load balancers, that begin each connection with the PROXY protocol: all of theirs must, and those of others must not. "
            + "The address that it tells is the client's, by which lists and limits judge. A change is a reload.",
            "10.0.0.0/24")
        .AlsoKnownAs(Dialect.HaproxyOrg, "proxy-protocol");

    public static readonly Setting<EquatableArray<string>> TlsAlpn = new Setting<EquatableArray<string>>(
            "tls-alpn", Scopes.Global, Kinds.WordList("h2", "http/1.1"), Fallback: ["h2", "http/1.1"],
            "Which protocols clients can choose over TLS. A change is a reload.", "http/1.1")
        .AlsoKnownAs(Dialect.HaproxyOrg, "tls-alpn");

    public static readonly Setting<bool> AllowCrossNamespace = new(
        "allow-cross-namespace", Scopes.Global, Kinds.Bool, Fallback: false,
        "Whether Ingresses may use Secrets, ConfigMaps and Services of other namespaces without a ReferenceGrant there.", "true");

    public static readonly Setting<bool> ServerHeader = new(
        "server-header", Scopes.Global, Kinds.Bool, Fallback: true,
        "Whether responses without a Server header are given one. A change is a reload.", "false");

    public static readonly Setting<int> MaxConnections = new Setting<int>(
            "max-connections", Scopes.Global, Kinds.Number(10, 1_000_000), Fallback: 10_000,
            "How many connections of clients HAProxy takes at a time; more wait until others end. It takes fewer where the container may not open two files for each. One costs up to 50 kB of memory with TLS. A change is a reload.",
            "40000")
        .AlsoKnownAs(Dialect.HaproxyOrg, "maxconn");

    public static readonly Setting<int?> Threads = new Setting<int?>(
            "nbthread", Scopes.Global, Kinds.OptionalNumber(1, 64), Fallback: null,
            "How many threads HAProxy has. Without it one for each processor that its container may use. A change is a reload.", "4")
        .AlsoKnownAs(Dialect.HaproxyOrg, "nbthread");

    public static readonly Setting<ConnectionMode> ConnectionMode = new Setting<ConnectionMode>(
            "http-connection-mode", Scopes.Global,
            Kinds.OneOf(("http-keep-alive", Model.ConnectionMode.KeepAlive), ("http-server-close", Model.ConnectionMode.ServerClose), ("httpclose", Model.ConnectionMode.Close)),
            Model.ConnectionMode.KeepAlive,
            "Which connections of HTTP/1.1 are kept for the next request: both, just those of clients, or none. A change is a reload.", "http-server-close")
        .AlsoKnownAs(Dialect.HaproxyOrg, "http-connection-mode")
        .AlsoKnownAs(Dialect.HaproxyOrg, "http-server-close", Switch(Model.ConnectionMode.ServerClose))
        .AlsoKnownAs(Dialect.HaproxyOrg, "http-keep-alive", Switch(Model.ConnectionMode.KeepAlive));

    // Connections are kept where nothing else is asked for.
    private static ValueKind<ConnectionMode> Switch(ConnectionMode mode) => new(
        Kinds.Bool.Expected,
        (string text, out ConnectionMode value) =>
        {
            var isRead = Kinds.Bool.Parse(text, out var isOn);
            value = isOn ? mode : Model.ConnectionMode.KeepAlive;
            return isRead;
        },
        value => value == mode ? "true" : "false");
}
