using System.Net;
using Microsoft.Extensions.Logging;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>
/// Sees to it that one replica at a time leads, by a Lease, as client-go does it: the clocks of two machines are never
/// compared; a leader counts as gone when the Lease was not seen to change for as long as it says. A leader that stops
/// gives the Lease back, and those who wait for it are told of that at once by a watch.
/// See https://pkg.go.dev/k8s.io/client-go/tools/leaderelection.
/// </summary>
/// <param name="api">Where the Lease is kept.</param>
/// <param name="lease">Its name.</param>
/// <param name="identity">Who we are: no two replicas have the same.</param>
/// <param name="times">How long things may take.</param>
/// <param name="log">Where changes are told.</param>
public sealed class Leadership(ApiClient api, NamespacedName lease, string identity, LeaseTimes times, ILogger log)
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(3);

    private readonly string path = ApiKind.Lease.Path(lease.Namespace, lease.Name);
    private LeaseRecord? record;
    private long observed;
    private long renewed;
    private volatile bool leads;
    private bool mayHold;
    private bool isFailing;

    /// <summary>Raised when we become the leader (true), or no longer are (false). Handlers must be quick.</summary>
    public event Action<bool>? Changed;

    /// <summary>Whether we lead now. Also false when we could not even notice in time that we no longer do.</summary>
    public bool IsLeader => leads && TimeProvider.System.GetElapsedTime(Interlocked.Read(ref renewed)) < times.Duration;

    /// <summary>The name of this replica with something that no other one has, also if it is started again.</summary>
    public static string NewIdentity(string replica) => $"{replica}_{Guid.NewGuid():N}";

    /// <summary>Takes part in the election until told to stop, and then gives the Lease back.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var free = new SemaphoreSlim(0);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = new Reflector(
            api, Selection.One(ApiKind.Lease, lease.Namespace, lease.Name), new LeaseStore(() => free.Release()), new ReflectorTimes(), log);
        var watching = watch.RunAsync(ending.Token);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await TryAsync(stop);
                await free.WaitAsync(Pause(), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of it, and no failure.
        }
        finally
        {
            await ending.CancelAsync();
            await watching;
            await ReleaseAsync();
        }
    }

    private async Task TryAsync(CancellationToken stop)
    {
        var sent = TimeProvider.System.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(leads ? Min(times.RenewDeadline / 2, Left()) : times.RenewDeadline / 2);
        try
        {
            var isOurs = await TakeAsync(limit.Token);
            Interlocked.Exchange(ref renewed, isOurs ? sent : renewed);
            isFailing = false;
            Lead(isOurs);
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.Conflict)
        {
            // Somebody else was faster. What they wrote is read the next time.
        }
        catch (Exception e) when (e is IOException or InvalidDataException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            if (!isFailing)
            {
                log.LeaseFailed(lease.ToString(), e is OperationCanceledException ? "no answer in time" : e.Message);
            }

            isFailing = true;
        }

        if (leads && Left() <= TimeSpan.Zero)
        {
            Lead(false);
        }
    }

    // Returns whether the Lease is ours now.
    private async Task<bool> TakeAsync(CancellationToken stop)
    {
        if (leads && record is not null && await RenewAsync(record, stop))
        {
            return true;
        }

        try
        {
            Observe(await api.GetAsync(path, stop));
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.NotFound)
        {
            mayHold = true;
            Observe(await api.CreateAsync(ApiKind.Lease.Path(lease.Namespace), LeaseRecord.New(lease, identity, times.Duration, Now()), stop));
            return true;
        }

        if (record!.Holder.Length > 0 && record.Holder != identity && TimeProvider.System.GetElapsedTime(observed) < Patience(record))
        {
            mayHold = false;
            return false;
        }

        mayHold = true;
        Observe(await api.ReplaceAsync(path, record.HeldBy(identity, times.Duration, Now()), stop));
        return true;
    }

    // Without reading it first, as nobody else should have written it.
    private async Task<bool> RenewAsync(LeaseRecord held, CancellationToken stop)
    {
        try
        {
            Observe(await api.ReplaceAsync(path, held.HeldBy(identity, times.Duration, Now()), stop));
            return true;
        }
        catch (ApiException e) when (e.Code is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task ReleaseAsync()
    {
        // The answer to the last write may have been cut off: the Lease is ours to give back if the server says so.
        Lead(false);
        if (!mayHold)
        {
            return;
        }

        using var limit = new CancellationTokenSource(ReleaseLimit);
        try
        {
            var current = LeaseRecord.Read(await api.GetAsync(path, limit.Token));
            if (current.Holder == identity)
            {
                await api.ReplaceAsync(path, current.Released(Now()), limit.Token);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException)
        {
            log.NotReleased(lease.ToString(), e.Message);
        }
    }

    private void Observe(byte[] json)
    {
        var seen = LeaseRecord.Read(json);
        if (record is null || !seen.SaysTheSame(record))
        {
            observed = TimeProvider.System.GetTimestamp();
        }

        record = seen;
    }

    private void Lead(bool now)
    {
        if (leads == now)
        {
            return;
        }

        leads = now;
        if (now)
        {
            log.Leading(lease.ToString(), identity);
        }
        else
        {
            log.LeadingEnded(lease.ToString());
        }

        Changed?.Invoke(now);
    }

    private TimeSpan Pause() => leads
        ? Min(times.Retry, Left())
        : times.Retry * (1 + (Random.Shared.NextDouble() * 1.2));

    // How long the leader may go on trying.
    private TimeSpan Left()
    {
        var left = times.RenewDeadline - TimeProvider.System.GetElapsedTime(renewed);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private TimeSpan Patience(LeaseRecord held) => held.Seconds > 0 ? TimeSpan.FromSeconds(held.Seconds) : times.Duration;

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
