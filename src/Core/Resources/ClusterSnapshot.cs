using System.Collections.Immutable;
using System.Net;
using Sluice.Core.Values;

namespace Sluice.Core.Resources;

/// <summary>
/// Everything that was read from the source, at one moment. An object that did not change is the same reference in
/// the next snapshot; later stages count on it to skip work.
/// </summary>
public sealed record ClusterSnapshot
{
    public static ClusterSnapshot Empty { get; } = new();

    public Table<NamespacedName, IngressResource> Ingresses { get; init; } = Table.Empty<NamespacedName, IngressResource>();

    public Table<string, IngressClassResource> IngressClasses { get; init; } = Table.Empty<string, IngressClassResource>();

    public Table<NamespacedName, ServiceResource> Services { get; init; } = Table.Empty<NamespacedName, ServiceResource>();

    /// <summary>The slices of each Service, by the Service's name, in the order of their own names.</summary>
    public Table<NamespacedName, ServiceSlices> EndpointSlices { get; init; } = Table.Empty<NamespacedName, ServiceSlices>();

    public Table<NamespacedName, SecretResource> Secrets { get; init; } = Table.Empty<NamespacedName, SecretResource>();

    public Table<NamespacedName, ConfigMapResource> ConfigMaps { get; init; } = Table.Empty<NamespacedName, ConfigMapResource>();

    public Table<string, NamespaceResource> Namespaces { get; init; } = Table.Empty<string, NamespaceResource>();

    public Table<NamespacedName, ReferenceGrantResource> ReferenceGrants { get; init; } = Table.Empty<NamespacedName, ReferenceGrantResource>();

    /// <summary>What DNS last answered for the names of ExternalName Services.</summary>
    public Table<string, ResolvedAddresses> ExternalAddresses { get; init; } = Table.Empty<string, ResolvedAddresses>();

    /// <summary>Which database of countries there is; null for none.</summary>
    public string? Countries { get; init; }

    /// <summary>What was wrong with the source itself: unreadable files, duplicates.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>Where each object was read from, if from files; findings about it are given this place.</summary>
    public Table<ResourceRef, SourceLocation> Locations { get; init; } = Table.Empty<ResourceRef, SourceLocation>();

    /// <summary>The time that certificates are judged by.</summary>
    public DateTimeOffset Now { get; init; }
}

/// <summary>The slices of one Service, in the order of their names.</summary>
public sealed record ServiceSlices(EquatableArray<EndpointSliceResource> Slices);

/// <summary>What DNS answered for a name.</summary>
public sealed record ResolvedAddresses(EquatableArray<IPAddress> Addresses);
