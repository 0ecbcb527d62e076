using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Somebody else who says whether a request may pass.</summary>
public static class ExternalAuth
{
    private const Scopes Places = Scopes.Global | Scopes.Ingress;

    private static readonly ValueKind<TimeSpan> Patience = new(
        "a time from 100ms to 10s",
        (string text, out TimeSpan value) =>
        {
            value = Kinds.Duration.Parse(text, out var time) ? time.GetValueOrDefault() : default;
            return value.TotalMilliseconds is >= 100 and <= 10_000;
        },
        value => Kinds.Duration.Format(value));

    public static readonly Setting<string?> Url = new(
        "auth-url", Places, WebKinds.Url, Fallback: null,
        "Who is asked whether a request may pass: by a request without its body, with its headers, X-Original-URL, X-Original-Method and X-Auth-Request-Redirect. An answer of 2xx lets it pass, "
        + "401 and 403 are given to the client, and all else, or none in time, is 503. Redirects are not followed. Addresses of the link itself (169.254.0.0/16, fe80::/10) are not asked, and those of the controller's own pod "
        + "(127.0.0.0/8, ::1, 0.0.0.0/8, ::) only where the ConfigMap has auth-url-loopback, or this URL. "
        + "Of one URL, some 340 answers may be waited for at a time, and fewer while others wait for many; more requests get 503. The first use of an agent is a reload.",
        "http://auth.shop.svc.cluster.local:8080/verify")
    { IsGuard = true };

    public static readonly Setting<bool> Loopback = new(
        "auth-url-loopback", Scopes.Global, Kinds.Bool, Fallback: false,
        "Whether Ingresses may name addresses of the controller's own pod in auth-url, where HAProxy and all else that is in the pod may listen for nobody else.", "true");

    public static readonly Setting<string> Method = new(
        "auth-method", Places, AuthKinds.Method, Fallback: "GET",
        "The method of the request to auth-url.", "HEAD")
    { IsGuard = true, Needs = [Url] };

    public static readonly Setting<string?> SignIn = new(
        "auth-signin", Places, WebKinds.Url, Fallback: null,
        "Where clients are sent (302) instead of a 401 of auth-url. The URL that they asked for is added as the parameter rd, unless there is one.",
        "https://login.example.com/start")
    { Needs = [Url] };

    public static readonly Setting<EquatableArray<string>> RequestHeaders = new(
        "auth-request-headers", Places, HeaderKinds.RequestNames, Fallback: [],
        "The headers of a request that auth-url sees, beside those that say whose request it is for what: X-Forwarded-For, -Proto, -Host and -Port, X-Real-IP, X-Request-ID, X-Original-URL and -Method, and X-Auth-Request-Redirect. Without it, auth-url sees all.", "Authorization,Cookie")
    { IsGuard = true, Needs = [Url] };

    public static readonly Setting<EquatableArray<string>> ResponseHeaders = new(
        "auth-response-headers", Places, HeaderKinds.RequestNames, Fallback: [],
        "Headers of the answer of auth-url that pods see, in place of what the client sent, also under names that differ in '-', '_' and the like: where the answer has none, pods see none. Needs HAProxy 3.4.", "X-User,X-Groups")
    { IsGuard = true, Needs = [Url] };

    public static readonly Setting<TimeSpan> Timeout = new(
        "auth-timeout", Places, Patience, TimeSpan.FromSeconds(5),
        "How long an answer of auth-url may take.", "2s")
    { Needs = [Url] };
}
