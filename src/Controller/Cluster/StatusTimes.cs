namespace Sluice.Controller.Cluster;

/// <summary>How the status of Ingresses is written.</summary>
public sealed record StatusTimes
{
    /// <summary>The waits after a write that failed.</summary>
    public Backoff Retries { get; init; } = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromMinutes(1));

    /// <summary>How many Ingresses are written at a time.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>How often somebody else may undo what we wrote, each time within <see cref="RewriteWindow"/>, before we let it be.</summary>
    public int MostRewrites { get; init; } = 5;

    public TimeSpan RewriteWindow { get; init; } = TimeSpan.FromMinutes(10);
}
