namespace Sluice.Controller.Cluster;

/// <summary>
/// Whether the API server denies us the right to read something. Only what is denied for a while, time and again, counts:
/// a RoleBinding that was just made takes a moment to be in force, and so does a server that has just started.
/// </summary>
internal sealed class Denial(TimeSpan doubt)
{
    private long? since;
    private volatile string? reason;

    /// <summary>What the server said; null if the right is there, or in doubt.</summary>
    public string? Reason => reason;

    /// <summary>The server denied it. Returns whether <see cref="Reason"/> has changed.</summary>
    public bool Deny(string message)
    {
        since ??= TimeProvider.System.GetTimestamp();
        return TimeProvider.System.GetElapsedTime(since.Value) >= doubt && Set(message);
    }

    /// <summary>Something else went wrong: it proves nothing, and the time of doubt begins anew.</summary>
    public void Doubt() => since = null;

    /// <summary>The server gave it. Returns whether <see cref="Reason"/> has changed.</summary>
    public bool Grant()
    {
        since = null;
        return Set(null);
    }

    private bool Set(string? now)
    {
        var changed = reason != now;
        reason = now;
        return changed;
    }
}
