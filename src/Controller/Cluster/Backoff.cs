namespace Sluice.Controller.Cluster;

/// <summary>How long to wait after failures: twice as long each time up to a limit, varied by half.</summary>
public sealed record Backoff(TimeSpan First, TimeSpan Last)
{
    /// <param name="failures">How many there were in a row before this one.</param>
    /// <param name="atLeast">What the server asked for; null if it did not.</param>
    internal TimeSpan After(int failures, TimeSpan? atLeast = null)
    {
        var wait = TimeSpan.FromTicks(Math.Min(First.Ticks << Math.Min(failures, 20), Last.Ticks)) * (0.5 + Random.Shared.NextDouble());
        return atLeast > wait ? atLeast.Value : wait;
    }
}
