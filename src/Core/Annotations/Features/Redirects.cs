using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>Redirects: from http to https, to another host, from "/" to somewhere else.</summary>
public static class Redirects
{
    private static readonly ValueKind<int> Code = Kinds.OneOf(("301", 301), ("302", 302), ("303", 303), ("307", 307), ("308", 308));

    public static readonly Setting<bool> SslRedirect = new Setting<bool>(
            "ssl-redirect", Scopes.Global | Scopes.Ingress, Kinds.Bool, Fallback: true,
            "Whether requests over plain http for hosts with TLS are redirected to https. Under haproxy.org's name true is for hosts without TLS, too, and with 302, as there.", "false")
        .AlsoKnownAs(Dialect.HaproxyOrg, "ssl-redirect").Bringing("force-ssl-redirect", "true").Bringing("ssl-redirect-code", "302")
        .AlsoKnownAs(Dialect.HaproxyIngress, "ssl-redirect")
        .AlsoKnownAs(Dialect.Nginx, "ssl-redirect");

    public static readonly Setting<bool> ForceSslRedirect = new(
        "force-ssl-redirect", Scopes.Global | Scopes.Ingress, Kinds.Bool, Fallback: false,
        "Whether ssl-redirect is for hosts without TLS, too. What proxies before us say of the scheme counts as with all (trusted-proxies); the default certificate answers for these hosts.", "true");

    public static readonly Setting<int?> SslRedirectPort = new Setting<int?>(
            "ssl-redirect-port", Scopes.Global | Scopes.Ingress, Kinds.OptionalNumber(1, 65535), Fallback: null,
            "The port that these redirects name. Without it the one that clients use for https, which is an option of the controller.", "8443")
        .AlsoKnownAs(Dialect.HaproxyOrg, "ssl-redirect-port");

    public static readonly Setting<int> SslRedirectCode = new Setting<int>(
            "ssl-redirect-code", Scopes.Global | Scopes.Ingress, Code, Fallback: 308,
            "The status of the redirects that ssl-redirect asks for. With 307 and 308 clients keep method and body.", "301")
        .AlsoKnownAs(Dialect.HaproxyOrg, "ssl-redirect-code");

    public static readonly Setting<RedirectTarget?> RequestRedirect = new Setting<RedirectTarget?>(
            "request-redirect", Scopes.Global | Scopes.Ingress, WebKinds.Redirect, Fallback: null,
            "Where requests are redirected, with their path and query; those that are there already are served. Without a scheme that of "
            + "the request stays. A path behind the host takes the place of the request's path, also if it is only '/'; the query stays, unless there is one behind the path. "
            + "Who asks for that path is there, with whatever query. An Ingress with rules for example.com and www.example.com sends the one to the other by it.",
            "https://www.example.com")
        .AlsoKnownAs(Dialect.HaproxyOrg, "request-redirect");

    public static readonly Setting<int> RequestRedirectCode = new Setting<int>(
            "request-redirect-code", Scopes.Global | Scopes.Ingress, Code, Fallback: 302,
            "The status of the redirects that request-redirect asks for.", "308")
    { Needs = [RequestRedirect] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "request-redirect-code");

    public static readonly Setting<WwwRedirect> RedirectWww = new(
        "redirect-www", Scopes.Global | Scopes.Ingress,
        Kinds.OneOf(("none", WwwRedirect.None), ("to-www", WwwRedirect.ToWww), ("from-www", WwwRedirect.FromWww)), WwwRedirect.None,
        "Whether the other name of a site is redirected to its host (308), with path and query: with to-www, for a rule with the host www.example.com, requests for example.com; with "
        + "from-www, for one with example.com, those for www.example.com. Only where no Ingress has a rule for the other name. For https the other name needs a certificate, too.",
        "to-www");

    public static readonly Setting<string> AppRoot = new(
        "app-root", Scopes.Ingress, WebKinds.Page, Fallback: "",
        "Where requests for exactly / are redirected (302), on the same host.", "/app/");
}
