using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>One Ingress, understood on its own: what it asks for, before other objects are looked at.</summary>
internal sealed record IngressReading(IngressResource Ingress) : IComparable<IngressReading>
{
    /// <summary>Whether it is of one of our classes; others ask for nothing.</summary>
    public bool IsOurs { get; init; }

    public EquatableArray<RouteCandidate> Candidates { get; init; }

    public EquatableArray<TlsRequest> Tls { get; init; }

    /// <summary>The Secrets beside those for TLS that it was read with, there or not.</summary>
    public EquatableArray<NamespacedName> Secrets { get; init; }

    public EquatableArray<Finding> Findings { get; init; }

    /// <summary>The ConfigMaps that its settings name, there or not.</summary>
    public EquatableArray<NamespacedName> ConfigMaps { get; init; }

    /// <summary>Whether one of its routes leads to one of these Services.</summary>
    public bool Uses(IReadOnlySet<NamespacedName> services) => Candidates.Any(candidate => candidate.Services().Any(services.Contains));

    /// <summary>The order of precedence: the older first, then by namespace and name.</summary>
    public int CompareTo(IngressReading? other)
    {
        if (other is null)
        {
            return 1;
        }

        var (mine, others) = (Ingress.CreatedAt ?? DateTimeOffset.MaxValue, other.Ingress.CreatedAt ?? DateTimeOffset.MaxValue);
        return mine != others ? mine.CompareTo(others) : Ingress.Id.CompareTo(other.Ingress.Id);
    }
}

/// <summary>A route that an Ingress asks for; another Ingress may have asked for the same before.</summary>
/// <param name="Host">The host, or null for all others.</param>
/// <param name="Match">Which paths.</param>
/// <param name="Backend">Where to; null where that is no Service.</param>
/// <param name="Policy">What happens to its requests on their way.</param>
/// <param name="Field">The path of the field that asks for it.</param>
internal sealed record RouteCandidate(Hostname? Host, PathMatch Match, BackendId? Backend, RoutePolicy Policy, string Field)
{
    /// <summary>Which requests it takes of another Ingress's route; null if it is a route of its own.</summary>
    public CanaryRules? Canary { get; init; }

    /// <summary>The Service that it names, also where that has no backend; null where it names none.</summary>
    public NamespacedName? Service { get; init; }

    /// <summary>Whether it is left out where anything else is asked for of the host.</summary>
    public bool IsSpare { get; init; }

    /// <summary>The object that says which Services share its requests; null if none do.</summary>
    public ResourceRef? SharedBy { get; init; }

    /// <summary>All backends that its requests, or copies of them, are sent to.</summary>
    public IEnumerable<BackendId> Backends()
    {
        // The route that a canary shares may have sessions, which its reading does not know.
        var named = new[] { Backend, Canary is null ? null : Backend?.WithCookie(), Policy.Mirror?.Backend }.OfType<BackendId>().Distinct();
        return Policy.Shares.Count == 0 ? named : named.Concat(Policy.Shares.Select(share => share.Backend).OfType<BackendId>());
    }

    /// <summary>All Services whose settings it depends on.</summary>
    public IEnumerable<NamespacedName> Services() =>
        new[] { Service, Policy.Mirror?.Backend.Service }.OfType<NamespacedName>().Concat(Policy.Shares.Select(share => share.Service));

    /// <summary>True for a defaultBackend.</summary>
    public bool IsFallback => Match.Kind == PathMatchKind.Otherwise;
}

/// <summary>A certificate that an Ingress asks for. Without hosts it is for the names in the certificate.</summary>
internal sealed record TlsRequest(NamespacedName Secret, EquatableArray<Hostname> Hosts, string Field);
