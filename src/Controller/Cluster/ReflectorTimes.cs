namespace Sluice.Controller.Cluster;

/// <summary>How patient a reflector is.</summary>
public sealed record ReflectorTimes
{
    /// <summary>How long a watch may say nothing, not even a bookmark (one a minute), before it counts as dead.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long the server is asked to let a watch run; it varies by half of it, so that not all end at once.</summary>
    public TimeSpan WatchDuration { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>The wait after a first failure; doubled with each further one, and varied.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LastRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long the right to read something has to be denied before it counts as missing.</summary>
    public TimeSpan Doubt { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A watch that ends sooner is a failure, too.</summary>
    public TimeSpan ShortestWatch { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many objects a page of a list holds.</summary>
    public int PageSize { get; init; } = 500;
}
