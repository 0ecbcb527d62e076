using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>What is known about the status of Ingresses, and which of them may need a write. Used by several threads.</summary>
internal sealed class StatusBoard(StatusTimes times)
{
    private const int MostDeparted = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<NamespacedName, Seen> seen = [];
    private readonly Dictionary<NamespacedName, Departed> departed = [];
    private readonly HashSet<LoadBalancerAddress> published = [];
    private Table<NamespacedName, IngressResource> ingresses = Table.Empty<NamespacedName, IngressResource>();
    private EquatableArray<LoadBalancerAddress>? wanted;

    /// <summary>Takes the Ingresses that are live. Returns those of which the status may have to change.</summary>
    public IReadOnlyList<NamespacedName> Show(Table<NamespacedName, IngressResource> live)
    {
        lock (gate)
        {
            var due = new List<NamespacedName>();
            foreach (var change in live.ChangesSince(ingresses))
            {
                var isDue = change.Current is { } current ? Arrive(change.Former, current) : Depart(change.Former!);
                if (isDue)
                {
                    due.Add(change.Key);
                }
            }

            ingresses = live;
            return due;
        }
    }

    /// <summary>Takes the addresses that are to be published; null while they are not known.</summary>
    public IReadOnlyList<NamespacedName> Publish(EquatableArray<LoadBalancerAddress>? addresses)
    {
        lock (gate)
        {
            if (wanted == addresses)
            {
                return [];
            }

            wanted = addresses;
            published.UnionWith(addresses ?? []);
            return All();
        }
    }

    /// <summary>Whoever wrote before us may have left anything: nothing that was seen counts any longer.</summary>
    public IReadOnlyList<NamespacedName> Refresh()
    {
        lock (gate)
        {
            return All();
        }
    }

    /// <summary>What the status of an Ingress should name: nothing where it is not ours; null if there is nothing to be said.</summary>
    public (string Uid, EquatableArray<LoadBalancerAddress> Wanted)? Target(NamespacedName name)
    {
        lock (gate)
        {
            return wanted is not { } addresses ? null
                : ingresses.TryGetValue(name, out var ingress) ? (ingress.Uid, addresses)
                : departed.TryGetValue(name, out var gone) ? (gone.Uid, [])
                : null;
        }
    }

    public bool IsOurs(LoadBalancerAddress address)
    {
        lock (gate)
        {
            return published.Contains(address);
        }
    }

    /// <summary>An Ingress was read, and nothing was to be done.</summary>
    public void Saw(NamespacedName name, EquatableArray<LoadBalancerAddress> addresses)
    {
        lock (gate)
        {
            Keep(name, (seen.GetValueOrDefault(name) ?? new Seen(addresses)) with { Addresses = addresses });
        }
    }

    /// <summary>An Ingress was written.</summary>
    /// <param name="name">Which.</param>
    /// <param name="found">The addresses that it had before.</param>
    /// <param name="written">Those that it has now.</param>
    public void Wrote(NamespacedName name, EquatableArray<LoadBalancerAddress> found, EquatableArray<LoadBalancerAddress> written)
    {
        lock (gate)
        {
            Keep(name, new Seen(written) { Written = written, WrittenAt = TimeProvider.System.GetTimestamp(), Rewrites = Rewrites(name, found) });
        }
    }

    /// <summary>An Ingress is gone.</summary>
    public void Forget(NamespacedName name)
    {
        lock (gate)
        {
            seen.Remove(name);
            departed.Remove(name);
        }
    }

    /// <summary>Whether a write is not part of a fight: somebody else undoes what we write, again and again.</summary>
    public bool MayWrite(NamespacedName name, EquatableArray<LoadBalancerAddress> found)
    {
        lock (gate)
        {
            var isFight = Rewrites(name, found) > times.MostRewrites;
            if (isFight)
            {
                seen[name] = seen[name] with { Addresses = found, IsLeftAlone = true };
            }

            return !isFight;
        }
    }

    private static bool SameSet(EquatableArray<LoadBalancerAddress> one, EquatableArray<LoadBalancerAddress> other) =>
        one == other || (one.Count == other.Count && one.All(address => other.Contains(address)));

    // How often in a row somebody has undone what we wrote, soon after we did.
    private int Rewrites(NamespacedName name, EquatableArray<LoadBalancerAddress> found) =>
        seen.GetValueOrDefault(name) is { Written: { } written } known && TimeProvider.System.GetElapsedTime(known.WrittenAt) < times.RewriteWindow
            ? known.Rewrites + (SameSet(written, found) ? 0 : 1)
            : 0;

    private void Keep(NamespacedName name, Seen state)
    {
        departed.Remove(name);
        if (ingresses.ContainsKey(name))
        {
            seen[name] = state;
        }
    }

    private bool Arrive(IngressResource? former, IngressResource current)
    {
        departed.Remove(current.Id);
        if (former is not null && former.Uid != current.Uid)
        {
            seen.Remove(current.Id);
        }

        return Differs(current);
    }

    // It may have been deleted, or be of another class now: the API server knows. Nothing to ask where we wrote nothing.
    private bool Depart(IngressResource former)
    {
        var isWritten = former.Addresses.Any(published.Contains) || seen.GetValueOrDefault(former.Id)?.Written is not null;
        seen.Remove(former.Id);
        if (!isWritten)
        {
            return false;
        }

        // Replicas that do not lead remember it, too, in case the leader ends just now. What is old, the leader has done.
        if (departed.Count >= MostDeparted)
        {
            foreach (var name in departed.Where(entry => TimeProvider.System.GetElapsedTime(entry.Value.At) > times.RewriteWindow).Select(entry => entry.Key).ToList())
            {
                departed.Remove(name);
            }
        }

        departed[former.Id] = new Departed(former.Uid, TimeProvider.System.GetTimestamp());
        return wanted is not null;
    }

    private List<NamespacedName> All()
    {
        // The watch may not have told yet of what was written last.
        var written = seen.Where(entry => wanted is { } addresses && !SameSet(addresses, entry.Value.Addresses)).Select(entry => entry.Key).ToList();
        seen.Clear();
        return [.. ingresses.Values.Where(Differs).Select(ingress => ingress.Id).Union(written), .. departed.Keys];
    }

    private bool Differs(IngressResource ingress)
    {
        if (wanted is not { } addresses || SameSet(addresses, ingress.Addresses))
        {
            return false;
        }

        return seen.GetValueOrDefault(ingress.Id) is not { } known || !(known.IsLeftAlone || SameSet(known.Addresses, ingress.Addresses));
    }

    private sealed record Seen(EquatableArray<LoadBalancerAddress> Addresses)
    {
        public EquatableArray<LoadBalancerAddress>? Written { get; init; }

        public long WrittenAt { get; init; }

        public int Rewrites { get; init; }

        public bool IsLeftAlone { get; init; }
    }

    private sealed record Departed(string Uid, long At);
}
