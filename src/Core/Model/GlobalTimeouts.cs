namespace Sluice.Core.Model;

/// <summary>How long things may take on all routes. Null is what HAProxy has by itself.</summary>
public sealed record GlobalTimeouts
{
    public TimeSpan? Client { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan? Connect { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan? Queue { get; init; }

    public TimeSpan? HttpRequest { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan? HttpKeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan? ClientFin { get; init; }

    public TimeSpan? ServerFin { get; init; }

    /// <summary>How long a replaced worker may go on.</summary>
    public TimeSpan? HardStop { get; init; } = TimeSpan.FromMinutes(30);
}
