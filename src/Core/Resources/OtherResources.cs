using Sluice.Core.Values;

namespace Sluice.Core.Resources;

/// <summary>A Secret of v1; values are the decoded bytes as text of one byte a character (Latin-1).</summary>
public sealed record SecretResource(NamespacedName Id, string Type, EquatableMap<Sensitive> Data) : Resource(Id, "Secret");

/// <summary>A ConfigMap of v1.</summary>
public sealed record ConfigMapResource(NamespacedName Id, EquatableMap<string> Data) : Resource(Id, "ConfigMap");

/// <summary>
/// A ReferenceGrant of gateway.networking.k8s.io: lets objects of other namespaces refer to some of its own namespace.
/// </summary>
public sealed record ReferenceGrantResource(NamespacedName Id) : Resource(Id, "ReferenceGrant")
{
    public EquatableArray<GrantSource> From { get; init; }

    public EquatableArray<GrantTarget> To { get; init; }
}

/// <summary>Who may refer: objects of a kind in a namespace.</summary>
public sealed record GrantSource(string Group, string Kind, string Namespace);

/// <summary>What may be referred to: an object of a kind, or with an empty name all of them.</summary>
public sealed record GrantTarget(string Group, string Kind, string Name);

/// <summary>A Namespace of v1.</summary>
public sealed record NamespaceResource(string Name, bool IsTerminating) : Resource(new NamespacedName("", Name), "Namespace");
