namespace Sluice.Core.Annotations.Features;

/// <summary>How long things may take.</summary>
public static class Timeouts
{
    private const string InConfigMap = "In the ConfigMap a change is a reload.";
    private const string NeedsNewer = " In annotations it needs HAProxy 3.4.";

    public static readonly Setting<TimeSpan?> Server = new Setting<TimeSpan?>(
            "timeout-server", Scopes.Everywhere, Kinds.Duration, Fallback: null,
            "How long a pod may take to answer, and be silent in the middle of an answer. Without it 60 s.", "5m")
        .AlsoKnownAs(Dialect.HaproxyOrg, "timeout-server", Kinds.DurationOrMilliseconds);

    public static readonly Setting<TimeSpan?> Tunnel = new Setting<TimeSpan?>(
            "timeout-tunnel", Scopes.Everywhere, Kinds.Duration, Fallback: null,
            "How long a WebSocket or another tunnel may be silent. Without it 1 h.", "12h")
        .AlsoKnownAs(Dialect.HaproxyOrg, "timeout-tunnel", Kinds.DurationOrMilliseconds);

    public static readonly Setting<TimeSpan?> Client = Nearer(
        "timeout-client", Scopes.Global | Scopes.Ingress, TimeSpan.FromSeconds(60), "How long a client may be silent in the middle of a request or an answer. " + InConfigMap, "5m");

    public static readonly Setting<TimeSpan?> Connect = Nearer(
        "timeout-connect", Scopes.Everywhere, TimeSpan.FromSeconds(5), "How long it may take to connect to a pod, before another one is tried. " + InConfigMap + NeedsNewer, "2s");

    public static readonly Setting<TimeSpan?> Queue = Nearer(
        "timeout-queue", Scopes.Everywhere, null, "How long a request may wait for a pod that has reached its pod-maxconn, before it gets 503. Without it as long as timeout-connect in the ConfigMap. "
        + InConfigMap + NeedsNewer, "30s") with
    { Needs = [Balancing.PodMaxconn] };

    public static readonly Setting<TimeSpan?> Check = new Setting<TimeSpan?>(
            "timeout-check", Scopes.Everywhere, Kinds.Duration, Fallback: null,
            "How long a pod may take to answer a check once it is connected. Without it connection and answer together may take check-interval. The first use of a value is a reload.", "5s")
    { Needs = [Checks.Check, Checks.CheckHttp, Checks.CheckPassive] }
        .AlsoKnownAs(Dialect.HaproxyOrg, "timeout-check", Kinds.DurationOrMilliseconds);

    public static readonly Setting<TimeSpan?> HttpRequest = Global(
        "timeout-http-request", TimeSpan.FromSeconds(10), "How long a client may take for the headers of a request, before it gets 408.", "5s");

    public static readonly Setting<TimeSpan?> HttpKeepAlive = Global(
        "timeout-http-keep-alive", TimeSpan.FromSeconds(60), "How long a connection of a client is kept for its next request.", "10s");

    public static readonly Setting<TimeSpan?> ClientFin = Global(
        "timeout-client-fin", null, "How long a client may be silent that has closed its side of a connection. Without it as long as timeout-client.", "10s");

    public static readonly Setting<TimeSpan?> ServerFin = Global(
        "timeout-server-fin", null, "How long a pod may be silent that has closed its side of a connection. Without it as long as timeout-server.", "10s");

    public static readonly Setting<TimeSpan?> HardStopAfter = Global(
        "hard-stop-after", TimeSpan.FromMinutes(30), "How long pods that were removed, and a worker that was replaced by a reload, may go on with the connections that they have. "
        + "Beside the current worker there are two others at most: one reload more ends the oldest of them before its time.", "1h");

    private static Setting<TimeSpan?> Nearer(string name, Scopes scopes, TimeSpan? fallback, string summary, string example) =>
        new Setting<TimeSpan?>(name, scopes, Kinds.Duration, fallback, summary, example).AlsoKnownAs(Dialect.HaproxyOrg, name, Kinds.DurationOrMilliseconds);

    // A number alone is milliseconds, as everywhere in HAProxy, so that a ConfigMap that was written for it can stay.
    private static Setting<TimeSpan?> Global(string name, TimeSpan? fallback, string summary, string example) =>
        new Setting<TimeSpan?>(name, Scopes.Global, Kinds.DurationOrMilliseconds, fallback, $"{summary} A change is a reload.", example)
            .AlsoKnownAs(Dialect.HaproxyOrg, name);
}
