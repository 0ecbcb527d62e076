namespace Sluice.Controller.Cluster;

/// <summary>A kind of object of the Kubernetes API, and where its objects are found.</summary>
/// <param name="Kind">The kind, such as <c>Ingress</c>.</param>
/// <param name="ApiVersion">Group and version, such as <c>networking.k8s.io/v1</c>.</param>
/// <param name="Plural">The name in paths, such as <c>ingresses</c>.</param>
/// <param name="IsNamespaced">Whether its objects belong to a namespace.</param>
public sealed record ApiKind(string Kind, string ApiVersion, string Plural, bool IsNamespaced = true)
{
    public static readonly ApiKind Ingress = new("Ingress", "networking.k8s.io/v1", "ingresses");
    public static readonly ApiKind IngressClass = new("IngressClass", "networking.k8s.io/v1", "ingressclasses", IsNamespaced: false);
    public static readonly ApiKind Service = new("Service", "v1", "services");
    public static readonly ApiKind EndpointSlice = new("EndpointSlice", "discovery.k8s.io/v1", "endpointslices");
    public static readonly ApiKind Secret = new("Secret", "v1", "secrets");
    public static readonly ApiKind ConfigMap = new("ConfigMap", "v1", "configmaps");
    public static readonly ApiKind Namespace = new("Namespace", "v1", "namespaces", IsNamespaced: false);
    public static readonly ApiKind ReferenceGrant = new("ReferenceGrant", "gateway.networking.k8s.io/v1beta1", "referencegrants");
    public static readonly ApiKind Event = new("Event", "v1", "events");
    public static readonly ApiKind Lease = new("Lease", "coordination.k8s.io/v1", "leases");

    /// <summary>The kind of this name; null if we do not use it.</summary>
    public static ApiKind? Of(string kind) =>
        Array.Find([Ingress, IngressClass, Service, EndpointSlice, Secret, ConfigMap, Namespace, ReferenceGrant], known => known.Kind == kind);

    /// <summary>The path of all objects, of those in a namespace, or of one.</summary>
    public string Path(string? @namespace = null, string? name = null)
    {
        var root = ApiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{ApiVersion}" : $"/api/{ApiVersion}";
        var scope = @namespace is { Length: > 0 } && IsNamespaced ? $"/namespaces/{Uri.EscapeDataString(@namespace)}" : "";
        return $"{root}{scope}/{Plural}{(name is null ? "" : $"/{Uri.EscapeDataString(name)}")}";
    }
}
