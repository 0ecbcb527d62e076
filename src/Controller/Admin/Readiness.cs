namespace Sluice.Controller.Admin;

/// <summary>Where a controller is in its life.</summary>
public enum ReadinessPhase
{
    /// <summary>The first full state is not live yet.</summary>
    Starting,

    /// <summary>HAProxy serves.</summary>
    Ready,

    /// <summary>It is about to end, or has failed.</summary>
    Stopping,
}

/// <summary>Whether traffic may be sent here, and if not, why. It only goes forward: who stops does not become ready again.</summary>
public sealed class Readiness
{
    private State state = new(ReadinessPhase.Starting, "starting: the first full state is not live yet");

    public ReadinessPhase Phase => Volatile.Read(ref state).Phase;

    /// <summary>A line for people.</summary>
    public string Reason => Volatile.Read(ref state).Reason;

    public void Ready() => GoTo(new State(ReadinessPhase.Ready, "ready"));

    public void Stop(string reason) => GoTo(new State(ReadinessPhase.Stopping, $"stopping: {reason}"));

    private void GoTo(State next)
    {
        State former;
        do
        {
            former = Volatile.Read(ref state);
        }
        while (former.Phase < next.Phase && Interlocked.CompareExchange(ref state, next, former) != former);
    }

    private sealed record State(ReadinessPhase Phase, string Reason);
}
