using System.Net;
using System.Net.Sockets;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>Decodes Services and EndpointSlices.</summary>
internal static class ServiceDecoder
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    public static ServiceResource Service(ServiceObject source)
    {
        var spec = source.Spec ?? new ServiceSpec();
        return new ServiceResource(ResourceDecoder.NameOf(source, isLabel: true))
        {
            ExternalName = spec.Type == "ExternalName" ? spec.ExternalName ?? "" : null,
            PublishNotReadyAddresses = spec.PublishNotReadyAddresses ?? false,
            Ports = ResourceDecoder.Each(spec.Ports, "spec.ports", ServicePort),
        }.WithMetadata(source);
    }

    /// <summary>The slice; null if it is of no Service or holds names instead of addresses.</summary>
    /// <remarks>Without annotations: nothing reads them, and the time of the last change stands there, which changes each time.</remarks>
    public static EndpointSliceResource? EndpointSlice(EndpointSliceObject source)
    {
        var name = ResourceDecoder.NameOf(source);
        if (source.AddressType == "FQDN" || source.Metadata?.Labels?.GetValueOrDefault(ServiceNameLabel) is not { Length: > 0 } service)
        {
            return null;
        }

        if (!KubernetesName.IsLabel(service))
        {
            throw new ObjectFailure($"metadata.labels[{ServiceNameLabel}]", "the name of a Service", ObjectFailure.Quoted(service));
        }

        return new EndpointSliceResource(name, service)
        {
            Ports = ResourceDecoder.Each(source.Ports, "ports", EndpointPort),
            Endpoints = Endpoints(source.Endpoints ?? []),
            CreatedAt = source.Metadata.CreationTimestamp,
        };
    }

    /// <summary>A port number that is one.</summary>
    public static int Number(int? number, string path) => number is >= 1 and <= 65535
        ? number.Value
        : throw new ObjectFailure(path, "a number from 1 to 65535", number is null ? "nothing" : $"{number}");

    private static ServicePort? ServicePort(PortSpec port, string path) =>
        IsTcp(port) ? new ServicePort(PortName(port, path), Number(port.Port, $"{path}.port")) : null;

    private static EndpointPort? EndpointPort(PortSpec port, string path) =>
        IsTcp(port) && port.Port is { } number ? new EndpointPort(PortName(port, path), Number(number, $"{path}.port")) : null;

    private static bool IsTcp(PortSpec port) => port.Protocol is null or "" or "TCP";

    private static string PortName(PortSpec port, string path) => port.Name switch
    {
        null or "" => "",
        var name when KubernetesName.IsLabel(name) => name,
        var other => throw new ObjectFailure($"{path}.name", "a DNS label", ObjectFailure.Quoted(other)),
    };

    private static EquatableArray<SliceEndpoint> Endpoints(EndpointSpec?[] endpoints) => endpoints
        .Select((endpoint, index) => Endpoint(endpoint ?? throw new ObjectFailure($"endpoints[{index}]", "a value", "nothing"), $"endpoints[{index}]"))
        .ToEquatableArray();

    /// <summary>Kubernetes gives a second address of an endpoint no meaning, and so do we.</summary>
    private static SliceEndpoint Endpoint(EndpointSpec endpoint, string path)
    {
        var text = endpoint.Addresses is { Length: > 0 } addresses ? addresses[0] : null;
        var address = Address(text)
            ?? throw new ObjectFailure(text is null ? $"{path}.addresses" : $"{path}.addresses[0]", "an IP address", ObjectFailure.Quoted(text));
        var ready = endpoint.Conditions?.Ready ?? true;
        return new SliceEndpoint(address, ready, endpoint.Conditions?.Serving ?? ready, endpoint.Conditions?.Terminating ?? false);
    }

    /// <summary>Only the usual spelling: .NET would also read "1", "010.0.0.1", "[::1]" and "fe80::1%eth0".</summary>
    internal static IPAddress? Address(string? text) =>
        IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text
            : address.ScopeId == 0 && !text.StartsWith('[') && !text.Contains('%', StringComparison.Ordinal))
            ? address
            : null;
}
