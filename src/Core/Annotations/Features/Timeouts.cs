namespace Sluice.Core.Annotations.Features;

/// <summary>How long things may take.</summary>
public static class Timeouts
{
    public static readonly Setting<TimeSpan?> Server = new Setting<TimeSpan?>(
            "timeout-server", Scopes.Everywhere, Kinds.Duration, Fallback: null,
            "How long a pod may take to answer, and be silent in the middle of an answer. Without it 60 s.", "5m")
        .AlsoKnownAs(Dialect.HaproxyOrg, "timeout-server", Kinds.DurationOrMilliseconds);

    public static readonly Setting<TimeSpan?> Tunnel = new Setting<TimeSpan?>(
            "timeout-tunnel", Scopes.Everywhere, Kinds.Duration, Fallback: null,
            "How long a WebSocket or another tunnel may be silent. Without it 1 h.", "12h")
        .AlsoKnownAs(Dialect.HaproxyOrg, "timeout-tunnel", Kinds.DurationOrMilliseconds);
}
