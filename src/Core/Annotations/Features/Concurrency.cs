using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>How many requests may be in progress at a time.</summary>
public static class Concurrency
{
    public static readonly Setting<int?> LimitConnections = new Setting<int?>(
            "limit-connections", Scopes.Global | Scopes.Ingress, Kinds.OptionalNumber(0, 1_000_000), Fallback: null,
            "How many requests a client may have in progress at a time in one Ingress, also over one connection of HTTP/2, counted by each HAProxy by itself; more get limit-connections-status-code. "
            + "A WebSocket is in progress until it ends. 0 is no limit. After a reload, requests that the former HAProxy finishes do not count.",
            "20")
    { IsGuard = true };

    public static readonly Setting<CountKey> LimitConnectionsBy = new(
        "limit-connections-by", Scopes.Global | Scopes.Ingress, CountKeys.Kind, CountKey.Client,
        "Which requests limit-connections counts together, as rate-limit-by says it.", "ingress")
    { IsGuard = true, Needs = [LimitConnections] };

    public static readonly Setting<int> LimitConnectionsStatus = new(
        "limit-connections-status-code", Scopes.Global | Scopes.Ingress, Kinds.Number(400, 599), Fallback: 429,
        "What requests are answered that limit-connections does not let through.", "503")
    { Needs = [LimitConnections] };

    public static readonly Setting<TimeSpan?> LimitConnectionsRetryAfter = new(
        "limit-connections-retry-after", Scopes.Global | Scopes.Ingress, Kinds.Duration, Fallback: null,
        "What they are told in Retry-After, in whole seconds. Without it nothing.", "5s")
    { Needs = [LimitConnections] };
}
