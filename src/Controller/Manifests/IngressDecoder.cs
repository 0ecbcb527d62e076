using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Manifests;

/// <summary>Decodes the kinds of networking.k8s.io/v1.</summary>
internal static class IngressDecoder
{
    private const string DefaultClassAnnotation = "ingressclass.kubernetes.io/is-default-class";

    public static IngressResource Ingress(IngressObject source)
    {
        var spec = source.Spec ?? new IngressSpec();
        return new IngressResource(ResourceDecoder.NameOf(source))
        {
            ClassName = spec.IngressClassName,
            DefaultBackend = spec.DefaultBackend is { } backend ? Backend(backend, "spec.defaultBackend") : null,
            Rules = ResourceDecoder.Each(spec.Rules, "spec.rules", Rule),
            Tls = ResourceDecoder.Each(spec.Tls, "spec.tls", Tls),
            Uid = source.Metadata?.Uid ?? "",
            Addresses = Addresses(source.Status),
        }.WithMetadata(source);
    }

    public static IngressClassResource IngressClass(IngressClassObject source)
    {
        var resource = new IngressClassResource(ResourceDecoder.ClusterNameOf(source), source.Spec?.Controller ?? "", false).WithMetadata(source);
        return resource with { IsDefault = resource.Annotations[DefaultClassAnnotation] == "true" };
    }

    /// <summary>The addresses in a status. What a status holds is never the user's fault, so nothing is complained about.</summary>
    internal static EquatableArray<LoadBalancerAddress> Addresses(LoadBalancedStatus? status) =>
        (status?.LoadBalancer?.Ingress ?? [])
            .Where(address => address is { Ip.Length: > 0 } or { Hostname.Length: > 0 })
            .Select(address => new LoadBalancerAddress(address!.Ip ?? "", address.Hostname ?? ""))
            .ToEquatableArray();

    private static IngressRule Rule(RuleSpec rule, string path) =>
        new(rule.Host ?? "", ResourceDecoder.Each(rule.Http?.Paths, $"{path}.http.paths", Path));

    private static IngressPath Path(PathSpec source, string path)
    {
        var type = source.PathType switch
        {
            null or "" or "ImplementationSpecific" => PathType.ImplementationSpecific,
            "Prefix" => PathType.Prefix,
            "Exact" => PathType.Exact,
            _ => throw new ObjectFailure(
                $"{path}.pathType", "Exact, Prefix or ImplementationSpecific", ObjectFailure.Quoted(source.PathType)),
        };
        var text = source.Path is null or "" && type != PathType.Exact ? "/" : source.Path ?? "";
        var backend = source.Backend ?? throw new ObjectFailure($"{path}.backend", "a backend", "nothing");
        return new IngressPath(text, type, Backend(backend, $"{path}.backend"));
    }

    private static IngressBackend Backend(BackendSpec backend, string path) => backend switch
    {
        { Service: { } service, Resource: null } => Service(service, $"{path}.service"),
        { Service: null, Resource: { } resource } => new IngressBackend.Other(resource.Kind ?? "", resource.Name ?? ""),
        { Service: null } => throw new ObjectFailure(path, "a service or a resource", "neither"),
        _ => throw new ObjectFailure(path, "either a service or a resource", "both"),
    };

    private static IngressBackend.Service Service(BackendServiceSpec service, string path)
    {
        if (!KubernetesName.IsLabel(service.Name))
        {
            throw new ObjectFailure($"{path}.name", "the name of a Service", ObjectFailure.Quoted(service.Name));
        }

        return new IngressBackend.Service(service.Name!, Port(service.Port, $"{path}.port"));
    }

    private static PortRef Port(BackendPortSpec? port, string path) => (port?.Name ?? "", port?.Number ?? 0) switch
    {
        ("", 0) when port?.Number is null => throw new ObjectFailure(path, "a name or a number", "neither"),
        ("", var number) => new PortRef("", ServiceDecoder.Number(number, $"{path}.number")),
        (var name, 0) when KubernetesName.IsLabel(name) => new PortRef(name, 0),
        (var name, 0) => throw new ObjectFailure($"{path}.name", "the name of a port", ObjectFailure.Quoted(name)),
        _ => throw new ObjectFailure(path, "either a name or a number", "both"),
    };

    private static IngressTls Tls(TlsSpec tls, string path) =>
        new(ResourceDecoder.Each(tls.Hosts, $"{path}.hosts", (host, _) => host), tls.SecretName ?? "");
}
