using System.Text.RegularExpressions;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Sessions: a cookie leads a client back to the pod that it was at.</summary>
public static partial class Affinity
{
    public static readonly Setting<string?> CookieName = new Setting<string?>(
            "cookie-persistence", Scopes.Everywhere,
            Kinds.Text("the name of a cookie: letters, digits, '.', '_' and '-', at most 64 of them", text => Name().IsMatch(text)), Fallback: null,
            "The name of a cookie that leads a client back to its pod. Its value stands for the pod as long as that has its address, whatever other pods come "
            + "and go, and across reloads and replicas. A client whose pod is gone gets another one, and a new cookie. Pods do not see the cookie.",
            "route")
        .AlsoKnownAs(Dialect.HaproxyOrg, "cookie-persistence")
        .AlsoKnownAs(Dialect.HaproxyOrg, "cookie-persistence-no-dynamic");

    public static readonly Setting<string?> Path = new(
        "session-cookie-path", Scopes.Everywhere,
        Kinds.Text("a path of letters, digits and / . _ ~ - that begins with '/'", text => CookiePath().IsMatch(text)), Fallback: "/",
        "The path that the cookie of cookie-persistence is for.", "/app")
    { Needs = [CookieName] };

    public static readonly Setting<string?> Domain = new(
        "session-cookie-domain", Scopes.Everywhere, Kinds.Text("a DNS name", KubernetesName.IsSubdomain), Fallback: null,
        "The domain that the cookie of cookie-persistence is for, with the names below it. Without it only the host of the request.", "example.com")
    { Needs = [CookieName] };

    public static readonly Setting<TimeSpan?> MaxAge = new(
        "session-cookie-max-age", Scopes.Everywhere, Kinds.Duration, Fallback: null,
        "How long a client keeps the cookie of cookie-persistence, from when it was set. Without it until the browser is closed.", "8h")
    { Needs = [CookieName] };

    public static readonly Setting<SameSite?> SameSite = new(
        "session-cookie-samesite", Scopes.Everywhere, Kinds.OptionalOneOf(("Strict", Model.SameSite.Strict), ("Lax", Model.SameSite.Lax), ("None", Model.SameSite.None)), Fallback: null,
        "Whether the cookie of cookie-persistence is sent with requests that other sites lead to. None needs session-cookie-secure. Without it the browser decides.", "Lax")
    { Needs = [CookieName] };

    public static readonly Setting<bool> Secure = new(
        "session-cookie-secure", Scopes.Everywhere, Kinds.Bool, Fallback: false,
        "Whether the cookie of cookie-persistence is sent over https only.", "true")
    { Needs = [CookieName] };

    public static readonly Setting<bool> HttpOnly = new(
        "session-cookie-http-only", Scopes.Everywhere, Kinds.Bool, Fallback: true,
        "Whether the cookie of cookie-persistence is kept from scripts.", "false")
    { Needs = [CookieName] };

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A/[A-Za-z0-9/._~-]{0,200}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex CookiePath();
}
