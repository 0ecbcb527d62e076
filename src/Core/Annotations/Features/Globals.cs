using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Settings of the controller as a whole.</summary>
public static class Globals
{
    public static readonly Setting<ServicePortName?> DefaultBackend = new(
        "default-backend", Scopes.Global, Kinds.ServicePort, Fallback: null,
        "The Service port that answers requests which no rule matches. Without it they get 404.", "web/fallback:80");

    public static readonly Setting<NamespacedName?> DefaultCertificate = new(
        "default-certificate", Scopes.Global, Kinds.ObjectName, Fallback: null,
        "The Secret whose certificate answers where no other does. Without it a self-signed one, made at start, does.", "web/wildcard-tls");

    public static readonly Setting<EquatableArray<Cidr>> TrustedProxies = new(
        "trusted-proxies", Scopes.Global, Kinds.CidrList, Fallback: [],
        "The clients whose X-Forwarded-For, -Proto, -Host, -Port, X-Real-IP and X-Request-ID are believed. A change is a reload.",
        "10.0.0.0/8,192.168.0.0/16");

    public static readonly Setting<bool> AllowCrossNamespace = new(
        "allow-cross-namespace", Scopes.Global, Kinds.Bool, Fallback: false,
        "Whether Ingresses may use Secrets, ConfigMaps and Services of other namespaces without a ReferenceGrant there.", "true");

    public static readonly Setting<bool> ServerHeader = new(
        "server-header", Scopes.Global, Kinds.Bool, Fallback: true,
        "Whether responses without a Server header are given one. A change is a reload.", "false");

    public static readonly Setting<int> MaxConnections = new(
        "max-connections", Scopes.Global, Kinds.Number(10, 1_000_000), Fallback: 10_000,
        "How many connections of clients HAProxy takes at a time; more wait until others end. It takes fewer where the container may not open two files for each. One costs up to 50 kB of memory with TLS. A change is a reload.",
        "40000");
}
