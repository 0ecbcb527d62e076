namespace Sluice.Core.Model;

/// <summary>How the pods behind a Service port are used.</summary>
public sealed record BackendPolicy
{
    public static readonly BackendPolicy Standard = new();

    public Balance Balance { get; init; } = Balance.RoundRobin;

    /// <summary>How many requests each pod gets at a time; more wait. Null for no limit.</summary>
    public int? MaxConnectionsPerPod { get; init; }

    /// <summary>Text that two policies share if and only if they are the same.</summary>
    public string Identity() => ToString();
}

/// <summary>By what a pod is chosen (HAProxy configuration manual, "balance").</summary>
public enum Balance
{
    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>The one with the fewest connections.</summary>
    LeastConnections,

    /// <summary>The first one that has room.</summary>
    First,

    /// <summary>The less loaded one of two that are drawn.</summary>
    Random,
}
