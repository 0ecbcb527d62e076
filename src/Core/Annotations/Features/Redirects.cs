namespace Sluice.Core.Annotations.Features;

/// <summary>Redirects from http to https.</summary>
public static class Redirects
{
    public static readonly Setting<bool> SslRedirect = new Setting<bool>(
            "ssl-redirect", Scopes.Global | Scopes.Ingress, Kinds.Bool, Fallback: true,
            "Whether requests over plain http for hosts with TLS are redirected to https (308).", "false")
        .AlsoKnownAs(Dialect.HaproxyOrg, "ssl-redirect")
        .AlsoKnownAs(Dialect.HaproxyIngress, "ssl-redirect")
        .AlsoKnownAs(Dialect.Nginx, "ssl-redirect");
}
