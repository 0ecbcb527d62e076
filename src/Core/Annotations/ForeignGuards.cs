namespace Sluice.Core.Annotations;

/// <summary>Annotations of other controllers that protect. What of them no setting reads must not be passed over in silence.</summary>
internal static class ForeignGuards
{
    private const string Traefik = "traefik.ingress.kubernetes.io/router.middlewares";

    private static readonly string[] Prefixes = [Dialect.Nginx.Prefix, Dialect.HaproxyIngress.Prefix, "ingress.kubernetes.io/"];

    private static readonly string[] Beginnings =
    [
        "auth-", "allowlist-source-range", "whitelist-source-range", "denylist-source-range", "limit-", "modsecurity-", "enable-modsecurity", "enable-owasp", "waf",
        "global-rate-limit", "enable-global-auth", "satisfy", "configuration-snippet", "server-snippet", "proxy-body-size", "ssl-passthrough", "oauth", "deny-list",
    ];

    public static bool Includes(string key) => key == Traefik || IsBelowPrefix(key);

    private static bool IsBelowPrefix(string key) =>
        Array.Find(Prefixes, prefix => key.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
        && Array.Exists(Beginnings, beginning => key.AsSpan(prefix.Length).StartsWith(beginning, StringComparison.Ordinal));
}
