namespace Sluice.Controller.Cluster;

/// <summary>The times of an election. Those that stand here are the ones that the controllers of Kubernetes use.</summary>
public sealed record LeaseTimes
{
    /// <summary>How long others wait for a leader that is not heard of. In the Lease it stands in whole seconds.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader tries to renew before it gives up; less than <see cref="Duration"/>.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the leader renews, and others look.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(2);
}
