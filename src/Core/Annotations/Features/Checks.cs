using System.Text.RegularExpressions;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations.Features;

/// <summary>Health checks of our own, beside what Kubernetes knows of a pod.</summary>
public static partial class Checks
{
    public static readonly Setting<bool?> Check = new Setting<bool?>(
            "check", Scopes.Everywhere, Kinds.OptionalBool, Fallback: null,
            "Whether each HAProxy checks by itself that pods take connections, and leaves out those that do not. Without it only with check-http: what Kubernetes "
            + "says of a pod's readiness is known at once anyway.", "true")
        .AlsoKnownAs(Dialect.HaproxyOrg, "check");

    public static readonly Setting<CheckRequest?> CheckHttp = new Setting<CheckRequest?>(
            "check-http", Scopes.Everywhere, Request("GET"), Fallback: null,
            "The request with which pods are checked. The method is GET if none is given, and OPTIONS under haproxy.org's name, as there. It is HTTP/1.1, also where HTTP/1.0 "
            + "is asked for, and a Host header behind the version counts as check-host. "
            + "The first use of a method other than GET, or together with load-balance other than roundrobin or leastconn, is a reload.", "GET /healthz")
        .AlsoKnownAs(Dialect.HaproxyOrg, "check-http", Request("OPTIONS"));

    public static readonly Setting<bool?> CheckPassive = new(
        "check-passive", Scopes.Everywhere, Kinds.OptionalOneOf(("layer4", false), ("layer7", true)), Fallback: null,
        "Whether requests tell, too, that a pod is not well: after check-passive-limit failures in a row it gets no more, until check-rise checks find it well. "
        + "With layer4 connections that cannot be made count, with layer7 also answers with 500 and above (but 501 and 505), and those that cannot be read. "
        + "It brings a check of connections with it, where there is no other. When all pods have failed, requests get 503.",
        "layer7");

    public static readonly Setting<string?> CheckHost = new(
        "check-host", Scopes.Everywhere, Kinds.Text("a DNS name", KubernetesName.IsSubdomain), Fallback: null,
        "The Host header of the request of check-http. Without it the one that stands there, or 'health'.", "app.example.com")
    { Needs = [CheckHttp] };

    public static readonly Setting<EquatableArray<string>> CheckStatus = new(
        "check-status", Scopes.Everywhere, Statuses, Fallback: ["200-399"],
        "With which statuses a pod answers the request of check-http when it is well. The first use of others than the default is a reload.", "200,204")
    { Needs = [CheckHttp] };

    public static readonly Setting<TimeSpan?> CheckInterval = new Setting<TimeSpan?>(
            "check-interval", Scopes.Everywhere, Kinds.Duration, Fallback: TimeSpan.FromSeconds(2),
            "How long it is from one check of a pod to the next, and how long a check may take.", "10s")
    { Needs = [Check, CheckHttp, CheckPassive] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "check-interval", Kinds.DurationOrMilliseconds);

    public static readonly Setting<int> CheckRise = new(
        "check-rise", Scopes.Everywhere, Kinds.Number(1, 100), Fallback: 2,
        "After how many good checks in a row a pod that was out gets requests again.", "1")
    { Needs = [Check, CheckHttp, CheckPassive] };

    public static readonly Setting<int> CheckFall = new(
        "check-fall", Scopes.Everywhere, Kinds.Number(1, 100), Fallback: 3,
        "After how many failed checks in a row a pod gets no more requests.", "5")
    { Needs = [Check, CheckHttp, CheckPassive] };

    public static readonly Setting<int> CheckPassiveLimit = new(
        "check-passive-limit", Scopes.Everywhere, Kinds.Number(1, 10_000), Fallback: 10,
        "After how many failed requests in a row check-passive takes a pod for down.", "3")
    { Needs = [CheckPassive] };

    public static readonly Setting<int?> AgentPort = new(
        "agent-check-port", Scopes.Everywhere, Kinds.OptionalNumber(1, 65535), Fallback: null,
        "The port at the address of each pod where an agent tells in a line how the pod is: 'up', 'down', 'drain', 'maint', 'ready', or its share of requests such as '50%'. "
        + "While no agent answers, what was said last counts.",
        "9707");

    public static readonly Setting<TimeSpan?> AgentInterval = new Setting<TimeSpan?>(
        "agent-check-interval", Scopes.Everywhere, Kinds.Duration, Fallback: TimeSpan.FromSeconds(2), "How often the agent of agent-check-port is asked.", "5s")
    { Needs = [AgentPort] };

    private static ValueKind<EquatableArray<string>> Statuses => new(
        "statuses and ranges such as 200,204,300-399",
        (string text, out EquatableArray<string> value) =>
        {
            var parts = text.Split(',', StringSplitOptions.TrimEntries);
            value = parts.Distinct().ToEquatableArray();
            return parts.Length <= 16 && parts.All(IsStatus);
        },
        value => string.Join(',', value));

    private static bool IsStatus(string text) =>
        Status().Match(text) is { Success: true } match
        && (!match.Groups["to"].Success || string.CompareOrdinal(match.Groups["from"].Value, match.Groups["to"].Value) < 0);

    private static ValueKind<CheckRequest?> Request(string method) => new(
        "a path, or a method (GET, HEAD, OPTIONS or POST) and a path, perhaps with HTTP/1.1 behind it, and with a Host header behind that",
        (string text, out CheckRequest? value) =>
        {
            var match = MethodAndUri().Match(text);
            var host = match.Groups["host"] is { Success: true } named ? named.Value.ToLowerInvariant() : null;
            var isRead = match.Success && (host is null || KubernetesName.IsSubdomain(host));
            value = isRead ? new CheckRequest(match.Groups["method"] is { Success: true } given ? given.Value : method, match.Groups["uri"].Value) { Host = host } : null;
            return isRead;
        },
        value => value is null ? "" : $"{value.Method} {value.Uri}{(value.Host is { } host ? $" HTTP/1.1 Host:{host}" : "")}");

    // The line break before the Host header stands there itself, or as HAProxy writes one, and so does a blank.
    [GeneratedRegex(@"\A((?<method>GET|HEAD|OPTIONS|POST) +)?(?<uri>/[A-Za-z0-9/._~?&=%+,:@-]{0,500})( +HTTP/1\.[01]((\\r\\n|\s)+[Hh]ost:(\\?\s)*(?<host>[A-Za-z0-9.-]+))?)?\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex MethodAndUri();

    [GeneratedRegex(@"\A(?<from>[1-5][0-9][0-9])(-(?<to>[1-5][0-9][0-9]))?\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Status();
}
