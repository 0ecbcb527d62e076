using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>
/// Which objects of other namespaces an Ingress may refer to: those that a ReferenceGrant in their own namespace lets
/// it, or all of them if the operator says so.
/// </summary>
public sealed record References(Table<NamespacedName, ReferenceGrantResource> Grants, bool AllowsAll)
{
    private const string IngressGroup = "networking.k8s.io";

    // Names within a cluster: POD.SERVICE.NAMESPACE.svc.DOMAIN, SERVICE.NAMESPACE.svc, POD.NAMESPACE.pod.DOMAIN.
    private static readonly string[] ClusterZones = ["svc", "pod"];

    /// <summary>Whether Ingresses of a namespace may refer to a Secret, a ConfigMap or a Service of v1.</summary>
    public bool Allow(string from, string kind, NamespacedName to) =>
        AllowsAll || from == to.Namespace || Grants.Values.Any(grant =>
            grant.Id.Namespace == to.Namespace
            && grant.From.Any(source => source.Group == IngressGroup && source.Kind == "Ingress" && source.Namespace == from)
            && grant.To.Any(target => target.Group.Length == 0 && target.Kind == kind && (target.Name.Length == 0 || target.Name == to.Name)));

    /// <summary>The Service of a cluster that a DNS name leads to; null for a name of somewhere else.</summary>
    public static NamespacedName? ServiceOf(string dnsName)
    {
        var labels = dnsName.Split('.');
        var zone = Array.FindIndex(labels, label => ClusterZones.Contains(label, StringComparer.Ordinal));
        return zone >= 2 ? new NamespacedName(labels[zone - 1], labels[zone - 2]) : null;
    }

    public bool Equals(References? other) => other is not null && AllowsAll == other.AllowsAll && ReferenceEquals(Grants, other.Grants);

    public override int GetHashCode() => HashCode.Combine(AllowsAll, Grants.Count);
}
