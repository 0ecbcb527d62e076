using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

public sealed partial class HaproxyApplier
{
    // Since when each is on its way out.
    private readonly Dictionary<Retirement, long> retiredSince = [];

    /// <summary>
    /// Deletes what has been draining since the last call and has no connection left. Connections that last for longer than
    /// the bound are ended. Returns how many are left.
    /// </summary>
    public async Task<int> DeleteRetiredAsync(CancellationToken stop)
    {
        files.WriteWhatIsLeft();
        agentFiles.DoWhatIsLeft();
        foreach (var back in retiredSince.Keys.Except(Retiring).ToList())
        {
            retiredSince.Remove(back);
        }

        if (Retiring.IsEmpty)
        {
            return 0;
        }

        var now = TimeProvider.System.GetTimestamp();
        var overdue = Retiring.Where(item => retiredSince.TryGetValue(item, out var since) && TimeProvider.System.GetElapsedTime(since, now) > running!.State.DrainLimit).ToHashSet();
        var deleted = await connection.DeleteAsync(Retiring.Intersect(drained), overdue, stop);
        running = running! with { Retiring = running.Retiring.Except(deleted) };
        drained = Retiring;
        foreach (var item in drained)
        {
            retiredSince.TryAdd(item, now);
        }

        return drained.Count;
    }
}
