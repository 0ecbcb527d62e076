using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>Which part of the cluster is read. Without namespaces and selector it is all of it.</summary>
public sealed record ClusterScope
{
    /// <summary>Only these namespaces; not counted where there is a selector.</summary>
    public EquatableArray<string> Namespaces { get; init; }

    /// <summary>Only the namespaces with these labels; empty for no such condition.</summary>
    public string NamespaceSelector { get; init; } = "";

    /// <summary>Whether no namespaces are selected.</summary>
    public bool IsWholeCluster => Namespaces.Count == 0 && NamespaceSelector.Length == 0;

    /// <summary>The ConfigMap with the global settings; null if it is read from elsewhere.</summary>
    public NamespacedName? Config { get; init; }
}
