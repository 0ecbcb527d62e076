namespace Sluice.Controller.Cluster;

/// <summary>
/// How long a reflector rests between its rounds: twice as long after each that came to nothing, varied by half. Only a
/// watch that stays open for a while settles it; that something was read does not, or a server that gives a list and
/// then refuses the watch would be asked for lists without end.
/// </summary>
internal sealed class Pace(ReflectorTimes times)
{
    private readonly Backoff backoff = new(times.FirstRetry, times.LastRetry);
    private int failures;
    private long? opened;

    /// <summary>Whether the watch of this round brought something new.</summary>
    public bool HasNews { get; set; }

    /// <summary>Whether the watch of this round was open for long enough to count as one that works.</summary>
    public bool IsSettled => opened is { } since && TimeProvider.System.GetElapsedTime(since) >= times.ShortestWatch;

    /// <summary>Whether none failed before the one that failed last.</summary>
    public bool IsFirst => failures == 1;

    /// <summary>A round begins.</summary>
    public void Begin()
    {
        failures = IsSettled ? 0 : failures;
        (opened, HasNews) = (null, false);
    }

    /// <summary>The watch of this round is open.</summary>
    public void Opened() => opened = TimeProvider.System.GetTimestamp();

    /// <summary>The round failed. Returns how long to wait: at least as long as the server asked for.</summary>
    public TimeSpan Fail(TimeSpan? atLeast)
    {
        var before = IsSettled ? 0 : HasNews ? Math.Min(failures, 1) : failures;
        failures = before + 1;
        return backoff.After(before, atLeast);
    }
}
