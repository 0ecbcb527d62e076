using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>A Service that gets a part of the requests of a route, as long as it has a pod that is ready.</summary>
/// <param name="Service">Which one.</param>
/// <param name="Backend">Where its pods are; null where they may not be spoken to.</param>
/// <param name="Weight">How large its part is, beside those of the others.</param>
public sealed record ServiceShare(NamespacedName Service, BackendId? Backend, int Weight)
{
    /// <summary>How many Services can share the requests of a route.</summary>
    public const int Most = 8;
}
