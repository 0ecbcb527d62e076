using Sluice.Core.Values;

namespace Sluice.Core.Resources;

/// <summary>A Kubernetes object cut down to what we use; its text fields are never null.</summary>
public abstract record Resource(NamespacedName Id, string Kind)
{
    /// <summary>When the API server created it; absent in manifests, where it counts as the youngest.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    public EquatableMap<string> Annotations { get; init; }

    public ResourceRef Ref => new(Kind, Id);
}
