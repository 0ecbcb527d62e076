using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>What pages of other sites may do in browsers.</summary>
public static class Cors
{
    private const Scopes Places = Scopes.Global | Scopes.Ingress;

    public static readonly Setting<bool> Enable = new Setting<bool>(
            "cors-enable", Places, Kinds.Bool, Fallback: false,
            "Whether browsers are told what pages of other sites may do here. For allowed origins, what the pod tells of it is replaced.", "true")
        .AlsoKnownAs(Dialect.HaproxyOrg, "cors-enable");

    public static readonly Setting<CorsOrigins?> AllowOrigin = new Setting<CorsOrigins?>(
            "cors-allow-origin", Places, WebKinds.Origins, Fallback: CorsOrigins.All,
            "The origins of these pages: all, some by name, where * stands for one label, or those that an expression matches as a whole.",
            "https://app.example.com,https://*.example.org")
    { IsGuard = true, Needs = [Enable] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "cors-allow-origin");

    public static readonly Setting<string> AllowMethods = new Setting<string>(
            "cors-allow-methods", Places, WebKinds.Methods, Fallback: "*",
            "The methods that they may use.", "GET,POST,PUT")
    { Needs = [Enable] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "cors-allow-methods");

    public static readonly Setting<string> AllowHeaders = new Setting<string>(
            "cors-allow-headers", Places, WebKinds.HeaderNames, Fallback: "*",
            "The headers that they may send.", "Content-Type,X-Token")
    { Needs = [Enable] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "cors-allow-headers");

    public static readonly Setting<string> ExposeHeaders = new(
        "cors-expose-headers", Places, WebKinds.HeaderNames, Fallback: "",
        "The headers of responses that they may read.", "X-Total-Count")
    { Needs = [Enable] };

    public static readonly Setting<TimeSpan?> MaxAge = new Setting<TimeSpan?>(
            "cors-max-age", Places, Kinds.Duration, Fallback: TimeSpan.FromSeconds(5),
            "How long browsers remember the answer to a preflight request, in whole seconds.", "10m")
    { Needs = [Enable] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "cors-max-age", Kinds.DurationOrMilliseconds);

    public static readonly Setting<bool> AllowCredentials = new Setting<bool>(
            "cors-allow-credentials", Places, Kinds.Bool, Fallback: false,
            "Whether they may send cookies and the like. It needs origins by name or expression, and methods and headers by name: "
            + "where all are allowed, browsers take * for a name, and they refuse an answer that allows all origins.",
            "true")
    { Needs = [Enable] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "cors-allow-credentials");

    public static readonly Setting<bool?> RespondToOptions = new Setting<bool?>(
            "cors-respond-to-options", Places, Kinds.OptionalBool, Fallback: null,
            "Whether requests with the method OPTIONS of allowed origins are answered (204) without asking the pod or for credentials. Without it preflight requests are, "
            + "and others with that method are not.",
            "false")
    { Needs = [Enable] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "cors-respond-to-options");
}
