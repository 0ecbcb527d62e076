using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>How many requests may be in progress at a time.</summary>
public static class Concurrency
{
    public static readonly Setting<int?> LimitConnections = new Setting<int?>(
            "limit-connections", Scopes.Global | Scopes.Ingress, Kinds.OptionalNumber(0, 1_000_000), Fallback: null,
            "How many requests a client may have in progress at a time in one Ingress, also over one connection of HTTP/2, counted by each HAProxy by itself; more get 429. "
            + "A WebSocket is in progress until it ends. 0 is no limit. After a reload, requests that the former HAProxy finishes do not count.",
            "20")
    { IsGuard = true };

    public static readonly Setting<CountKey> LimitConnectionsBy = new(
        "limit-connections-by", Scopes.Global | Scopes.Ingress, CountKeys.Kind, CountKey.Client,
        "Which requests limit-connections counts together, as rate-limit-by says it.", "ingress")
    { IsGuard = true, Needs = LimitConnections };
}
