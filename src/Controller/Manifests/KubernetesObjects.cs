using System.Text.Json.Serialization;

// What we read of each kind, as the API server writes it: any field may be absent. ResourceDecoder alone looks at these.
namespace Sluice.Controller.Manifests;

internal abstract class KubernetesObject
{
    public ObjectMeta? Metadata { get; set; }
}

internal sealed class ObjectMeta
{
    public string? Name { get; set; }
    public string? Namespace { get; set; }
    public string? Uid { get; set; }
    public DateTimeOffset? CreationTimestamp { get; set; }
    public DateTimeOffset? DeletionTimestamp { get; set; }
    public Dictionary<string, string?>? Labels { get; set; }
    public Dictionary<string, LenientText>? Annotations { get; set; }
}

/// <summary>Text that may also be written as a bare number or truth value, as people do in YAML.</summary>
[JsonConverter(typeof(LenientTextConverter))]
internal readonly record struct LenientText(string Value);

internal sealed class IngressObject : KubernetesObject
{
    public IngressSpec? Spec { get; set; }
    public LoadBalancedStatus? Status { get; set; }
}

/// <summary>The status of an Ingress or of a Service.</summary>
internal sealed class LoadBalancedStatus
{
    public LoadBalancerSpec? LoadBalancer { get; set; }
}

internal sealed class LoadBalancerSpec
{
    public LoadBalancerIngressSpec?[]? Ingress { get; set; }
}

internal sealed class LoadBalancerIngressSpec
{
    public string? Ip { get; set; }
    public string? Hostname { get; set; }
}

internal sealed class IngressSpec
{
    public string? IngressClassName { get; set; }
    public BackendSpec? DefaultBackend { get; set; }
    public RuleSpec?[]? Rules { get; set; }
    public TlsSpec?[]? Tls { get; set; }
}

internal sealed class RuleSpec
{
    public string? Host { get; set; }
    public HttpSpec? Http { get; set; }
}

internal sealed class HttpSpec
{
    public PathSpec?[]? Paths { get; set; }
}

internal sealed class PathSpec
{
    public string? Path { get; set; }
    public string? PathType { get; set; }
    public BackendSpec? Backend { get; set; }
}

internal sealed class BackendSpec
{
    public BackendServiceSpec? Service { get; set; }
    public BackendResourceSpec? Resource { get; set; }
}

internal sealed class BackendServiceSpec
{
    public string? Name { get; set; }
    public BackendPortSpec? Port { get; set; }
}

internal sealed class BackendPortSpec
{
    public string? Name { get; set; }
    public int? Number { get; set; }
}

internal sealed class BackendResourceSpec
{
    public string? Kind { get; set; }
    public string? Name { get; set; }
}

internal sealed class TlsSpec
{
    public string?[]? Hosts { get; set; }
    public string? SecretName { get; set; }
}

internal sealed class IngressClassObject : KubernetesObject
{
    public IngressClassSpec? Spec { get; set; }
}

internal sealed class IngressClassSpec
{
    public string? Controller { get; set; }
}

internal sealed class ServiceObject : KubernetesObject
{
    public ServiceSpec? Spec { get; set; }
    public LoadBalancedStatus? Status { get; set; }
}

internal sealed class ServiceSpec
{
    public string? Type { get; set; }
    public string? ExternalName { get; set; }
    public bool? PublishNotReadyAddresses { get; set; }
    public PortSpec?[]? Ports { get; set; }
}

/// <summary>A port of a Service or of an EndpointSlice.</summary>
internal sealed class PortSpec
{
    public string? Name { get; set; }
    public int? Port { get; set; }
    public string? Protocol { get; set; }
}

internal sealed class EndpointSliceObject : KubernetesObject
{
    public string? AddressType { get; set; }
    public EndpointSpec?[]? Endpoints { get; set; }
    public PortSpec?[]? Ports { get; set; }
}

internal sealed class EndpointSpec
{
    public string?[]? Addresses { get; set; }
    public ConditionsSpec? Conditions { get; set; }
}

internal sealed class ConditionsSpec
{
    public bool? Ready { get; set; }
    public bool? Serving { get; set; }
    public bool? Terminating { get; set; }
}

internal sealed class SecretObject : KubernetesObject
{
    public string? Type { get; set; }
    public Dictionary<string, Base64Bytes>? Data { get; set; }
    public Dictionary<string, LenientText>? StringData { get; set; }
}

internal sealed class ConfigMapObject : KubernetesObject
{
    public Dictionary<string, LenientText>? Data { get; set; }
}

internal sealed class ReferenceGrantObject : KubernetesObject
{
    public ReferenceGrantSpec? Spec { get; set; }
}

internal sealed class ReferenceGrantSpec
{
    public GrantPeerSpec?[]? From { get; set; }
    public GrantPeerSpec?[]? To { get; set; }
}

/// <summary>Either side of a grant.</summary>
internal sealed class GrantPeerSpec
{
    public string? Group { get; set; }
    public string? Kind { get; set; }
    public string? Namespace { get; set; }
    public string? Name { get; set; }
}

internal sealed class NamespaceObject : KubernetesObject
{
    public NamespaceStatus? Status { get; set; }
}

internal sealed class NamespaceStatus
{
    public string? Phase { get; set; }
}
