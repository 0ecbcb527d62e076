using Sluice.Core.Values;

namespace Sluice.Core.Resources;

/// <summary>A Secret of v1; values are the decoded bytes as text of one byte a character (Latin-1).</summary>
public sealed record SecretResource(NamespacedName Id, string Type, EquatableMap<Sensitive> Data) : Resource(Id, "Secret");

/// <summary>A ConfigMap of v1.</summary>
public sealed record ConfigMapResource(NamespacedName Id, EquatableMap<string> Data) : Resource(Id, "ConfigMap");

/// <summary>A Namespace of v1.</summary>
public sealed record NamespaceResource(string Name, bool IsTerminating) : Resource(new NamespacedName("", Name), "Namespace");
