namespace Sluice.Core.Values;

/// <summary>Names one Kubernetes object: where a rule, a certificate or a finding comes from.</summary>
public sealed record ResourceRef(string Kind, NamespacedName Name)
{
    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>A place in a manifest file. Lines count from 1.</summary>
public sealed record SourceLocation(string File, int Line)
{
    public override string ToString() => $"{File}:{Line}";
}
