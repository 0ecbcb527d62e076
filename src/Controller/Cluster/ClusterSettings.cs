using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>What the operator chose about the cluster.</summary>
public sealed record ClusterSettings
{
    /// <summary>The kubeconfig file; null for the pod's own account, or the usual files.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The context of the kubeconfig; null for its current one.</summary>
    public string? Context { get; init; }

    /// <summary>Which part of the cluster is read.</summary>
    public ClusterScope Scope { get; init; } = new();

    /// <summary>The addresses that the status of Ingresses names; empty for those of <see cref="PublishService"/>.</summary>
    public EquatableArray<string> PublishAddresses { get; init; }

    /// <summary>The Service whose addresses the status of Ingresses names; null for none.</summary>
    public NamespacedName? PublishService { get; init; }

    /// <summary>Whether our addresses are taken out of the status at the end.</summary>
    public bool WithdrawStatus { get; init; }

    /// <summary>The Lease that decides which replica writes; null for <c>sluice-leader</c> in our own namespace.</summary>
    public NamespacedName? Lease { get; init; }
}
