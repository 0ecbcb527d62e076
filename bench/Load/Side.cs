namespace Sluice.Bench.Load;

/// <summary>One configuration and what was measured of it.</summary>
internal sealed class Side(HaproxyUnderLoad haproxy)
{
    private double microseconds;
    private double seconds;
    private long requests;

    public string Name => haproxy.Name;

    /// <summary>Microseconds for each request.</summary>
    public Samples Cost { get; } = new();

    /// <summary>Requests in a second.</summary>
    public Samples Rate { get; } = new();

    public async Task<long> RunAsync(Wrk wrk, TimeSpan time, CancellationToken stop)
    {
        var before = haproxy.CpuTime;
        var (answered, wrong) = await wrk.RunAsync(haproxy.Port, time, stop);
        microseconds += (haproxy.CpuTime - before).TotalMicroseconds;
        seconds += time.TotalSeconds;
        requests += answered;
        return wrong;
    }

    /// <summary>How much more this costs than another, round by round.</summary>
    public Samples RatiosTo(Side other)
    {
        var ratios = new Samples();
        foreach (var (mine, theirs) in Cost.Values.Zip(other.Cost.Values))
        {
            ratios.Add(mine / theirs);
        }

        return ratios;
    }

    public void EndRound(bool counts)
    {
        if (counts)
        {
            Cost.Add(microseconds / requests);
            Rate.Add(requests / seconds);
        }

        (microseconds, seconds, requests) = (0, 0, 0);
    }
}
