using System.Collections.Immutable;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>
/// The maps of the next snapshot. They share with the former what did not change, and an object that comes again with
/// the same content stays the same reference.
/// </summary>
internal sealed class SnapshotMaps
{
    private ClusterSnapshot maps = ClusterSnapshot.Empty;
    private readonly Dictionary<NamespacedName, EndpointSliceResource> slices = [];

    /// <summary>Puts the object that is in force for a name, or none. True if that is a change.</summary>
    public bool Put(ResourceRef reference, Resource? resource, SourceLocation? location)
    {
        var former = maps;
        var (id, name) = (reference.Name, reference.Name.Name);
        maps = reference.Kind switch
        {
            "Ingress" => maps with { Ingresses = Put(maps.Ingresses, id, resource as IngressResource) },
            "IngressClass" => maps with { IngressClasses = Put(maps.IngressClasses, name, resource as IngressClassResource) },
            "Service" => maps with { Services = Put(maps.Services, id, resource as ServiceResource) },
            "EndpointSlice" => maps with { EndpointSlices = PutSlice(id, resource as EndpointSliceResource) },
            "Secret" => maps with { Secrets = Put(maps.Secrets, id, resource as SecretResource) },
            "ConfigMap" => maps with { ConfigMaps = Put(maps.ConfigMaps, id, resource as ConfigMapResource) },
            "ReferenceGrant" => maps with { ReferenceGrants = Put(maps.ReferenceGrants, id, resource as ReferenceGrantResource) },
            "Namespace" => maps with { Namespaces = Put(maps.Namespaces, name, resource as NamespaceResource) },
            _ => throw new ArgumentException($"No map for kind {reference.Kind}.", nameof(reference)),
        };
        if (location is not null || maps.Locations.Count > 0)
        {
            maps = maps with { Locations = Put(maps.Locations, reference, location) };
        }

        return !IsSame(former, maps);
    }

    public ClusterSnapshot ToSnapshot(ImmutableArray<Finding> findings, DateTimeOffset now) => maps with { Findings = findings, Now = now };

    private static bool IsSame(ClusterSnapshot former, ClusterSnapshot present) =>
        ReferenceEquals(former.Ingresses, present.Ingresses) && ReferenceEquals(former.IngressClasses, present.IngressClasses)
        && ReferenceEquals(former.Services, present.Services) && ReferenceEquals(former.EndpointSlices, present.EndpointSlices)
        && ReferenceEquals(former.Secrets, present.Secrets) && ReferenceEquals(former.ConfigMaps, present.ConfigMaps)
        && ReferenceEquals(former.ReferenceGrants, present.ReferenceGrants) && ReferenceEquals(former.Namespaces, present.Namespaces) && ReferenceEquals(former.Locations, present.Locations);

    private static Table<TKey, TValue> Put<TKey, TValue>(Table<TKey, TValue> map, TKey key, TValue? value)
        where TKey : notnull, IEquatable<TKey>
        where TValue : class =>
        value is null ? map.Remove(key)
        : map.TryGetValue(key, out var former) && former.Equals(value) ? map
        : map.SetItem(key, value);

    // A slice may come, go, change, or change the Service that it belongs to.
    private Table<NamespacedName, ServiceSlices> PutSlice(NamespacedName id, EndpointSliceResource? slice)
    {
        var former = slices.GetValueOrDefault(id);
        if (former is null ? slice is null : former.Equals(slice))
        {
            return maps.EndpointSlices;
        }

        var byService = maps.EndpointSlices;
        if (former is not null && former.Service != slice?.Service)
        {
            byService = Set(byService, former.Service, Others(byService, former.Service, id));
        }

        if (slice is null)
        {
            slices.Remove(id);
            return byService;
        }

        slices[id] = slice;
        return Set(byService, slice.Service, Others(byService, slice.Service, id).Append(slice));
    }

    private static IEnumerable<EndpointSliceResource> Others(
        Table<NamespacedName, ServiceSlices> byService, NamespacedName service, NamespacedName slice) =>
        (byService.GetValueOrDefault(service)?.Slices ?? []).Where(other => other.Id != slice);

    private static Table<NamespacedName, ServiceSlices> Set(
        Table<NamespacedName, ServiceSlices> byService, NamespacedName service, IEnumerable<EndpointSliceResource> slices)
    {
        var ordered = slices.OrderBy(slice => slice.Id.Name, StringComparer.Ordinal).ToEquatableArray();
        return ordered.Count == 0 ? byService.Remove(service) : byService.SetItem(service, new ServiceSlices(ordered));
    }
}
