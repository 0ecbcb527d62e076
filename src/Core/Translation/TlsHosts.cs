using System.Collections.Immutable;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The hosts that have TLS by some Ingress.</summary>
/// <param name="Names">Hosts and wildcards.</param>
/// <param name="Others">Whether requests for no known host have it, too.</param>
internal sealed record TlsHosts(ImmutableHashSet<Hostname> Names, bool Others)
{
    private readonly bool hasWildcard = Names.Any(name => name.IsWildcard);

    public bool Includes(Hostname? host) => host is { } named
        ? Names.Contains(named) || (hasWildcard && named.Wildcard is { } wildcard && Names.Contains(wildcard))
        : Others;

    /// <summary>The hosts for which the answer may no longer be the same; <paramref name="known"/> are all there are.</summary>
    public IEnumerable<string> DifferenceFrom(TlsHosts former, IEnumerable<string> known)
    {
        if (ReferenceEquals(this, former))
        {
            return [];
        }

        var changed = Names.SymmetricExcept(former.Names);
        return Others != former.Others || changed.Any(name => name.IsWildcard) ? known : changed.Select(name => name.Value);
    }

    public bool Equals(TlsHosts? other) => other is not null && Others == other.Others && Names.SetEquals(other.Names);

    public override int GetHashCode() => HashCode.Combine(Names.Count, Others);
}
