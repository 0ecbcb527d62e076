using Sluice.Core.Values;

namespace Sluice.Core.Resources;

/// <summary>A Service of v1.</summary>
public sealed record ServiceResource(NamespacedName Id) : Resource(Id, "Service")
{
    /// <summary>The DNS name of a Service of type ExternalName; null for all other types.</summary>
    public string? ExternalName { get; init; }

    public bool PublishNotReadyAddresses { get; init; }

    public EquatableArray<ServicePort> Ports { get; init; }
}

/// <summary>A port of a Service; its name ties it to the ports of the EndpointSlices. The name may be empty.</summary>
public sealed record ServicePort(string Name, int Number);

/// <summary>An EndpointSlice of discovery.k8s.io/v1 with addresses (slices of type FQDN are left out).</summary>
public sealed record EndpointSliceResource(NamespacedName Id, string ServiceName) : Resource(Id, "EndpointSlice")
{
    public NamespacedName Service => new(Id.Namespace, ServiceName);

    public EquatableArray<EndpointPort> Ports { get; init; }

    public EquatableArray<SliceEndpoint> Endpoints { get; init; }
}

/// <summary>A port that the endpoints of a slice listen on.</summary>
public sealed record EndpointPort(string Name, int Number);
