using Sluice.Core.Values;

namespace Sluice.Core.Resources;

/// <summary>An Ingress of networking.k8s.io/v1.</summary>
public sealed record IngressResource(NamespacedName Id) : Resource(Id, "Ingress")
{
    /// <summary>The older way to name the class.</summary>
    public const string ClassAnnotation = "kubernetes.io/ingress.class";

    public string? ClassName { get; init; }

    /// <summary>The class that it names. Where annotation and field differ, Kubernetes gives the annotation precedence.</summary>
    public string? NamedClass => Annotations[ClassAnnotation] ?? ClassName;

    public IngressBackend? DefaultBackend { get; init; }

    public EquatableArray<IngressRule> Rules { get; init; }

    public EquatableArray<IngressTls> Tls { get; init; }

    /// <summary>The object's identity in a cluster; empty in a manifest.</summary>
    public string Uid { get; init; } = "";

    /// <summary>The addresses that its status names: what users and DNS are told.</summary>
    public EquatableArray<LoadBalancerAddress> Addresses { get; init; }
}

/// <summary>An address in <c>status.loadBalancer</c>: an IP address, else a DNS name.</summary>
public readonly record struct LoadBalancerAddress(string Ip, string Hostname)
{
    public override string ToString() => Ip.Length > 0 ? Ip : Hostname;
}

/// <summary>One rule of an Ingress. An empty host stands for all hosts.</summary>
public sealed record IngressRule(string Host, EquatableArray<IngressPath> Paths);

/// <summary>One path of a rule, as written.</summary>
public sealed record IngressPath(string Path, PathType Type, IngressBackend Backend);

/// <summary>How a path of an Ingress is to be compared.</summary>
public enum PathType
{
    ImplementationSpecific,
    Exact,
    Prefix,
}

/// <summary>Where the requests of a rule go: a port of a Service, or (which we do not serve) another resource.</summary>
public abstract record IngressBackend
{
    private IngressBackend()
    {
    }

    /// <summary>A port of a Service in the namespace of the Ingress.</summary>
    public sealed record Service(string Name, PortRef Port) : IngressBackend;

    /// <summary>An object of another kind.</summary>
    public sealed record Other(string Kind, string Name) : IngressBackend;
}

/// <summary>A port by name, else by number.</summary>
public readonly record struct PortRef(string Name, int Number)
{
    public override string ToString() => Name.Length > 0 ? Name : $"{Number}";
}

/// <summary>A TLS entry of an Ingress. Without hosts it is for all hosts of its rules.</summary>
public sealed record IngressTls(EquatableArray<string> Hosts, string SecretName);

/// <summary>An IngressClass of networking.k8s.io/v1.</summary>
public sealed record IngressClassResource(string Name, string Controller, bool IsDefault)
    : Resource(new NamespacedName("", Name), "IngressClass");
