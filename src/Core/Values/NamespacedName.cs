namespace Sluice.Core.Values;

/// <summary>The namespace and name of a Kubernetes object; ordered by namespace, then name.</summary>
public readonly record struct NamespacedName(string Namespace, string Name) : IComparable<NamespacedName>
{
    public int CompareTo(NamespacedName other) =>
        string.CompareOrdinal(Namespace, other.Namespace) is var byNamespace and not 0
            ? byNamespace
            : string.CompareOrdinal(Name, other.Name);

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
