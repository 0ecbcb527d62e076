using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>How requests are spread over pods.</summary>
public static class Balancing
{
    public static readonly Setting<Balance> LoadBalance = new Setting<Balance>(
            "load-balance", Scopes.Everywhere,
            Kinds.OneOf(("roundrobin", Balance.RoundRobin), ("leastconn", Balance.LeastConnections), ("first", Balance.First), ("random", Balance.Random)),
            Fallback: Balance.RoundRobin,
            "By what a pod is chosen: one after the other, the one with the fewest connections, the first with room (with pod-maxconn), "
            + "or the less loaded of two that are drawn.",
            "leastconn")
        .AlsoKnownAs(Dialect.HaproxyOrg, "load-balance");

    public static readonly Setting<int?> PodMaxconn = new Setting<int?>(
            "pod-maxconn", Scopes.Everywhere, Kinds.OptionalNumber(1, 1_000_000), Fallback: null,
            "How many requests each pod gets at a time from one HAProxy; more wait in its queue. Without it there is no limit.", "100")
        .AlsoKnownAs(Dialect.HaproxyOrg, "pod-maxconn");
}
