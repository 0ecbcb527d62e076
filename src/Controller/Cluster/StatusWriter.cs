using System.Net;
using Microsoft.Extensions.Logging;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>
/// Keeps the addresses in the status of our Ingresses equal to the published ones, while we lead. Each Ingress is read
/// before it is written, so that nothing is written without need and the entries of others stay as they are.
/// </summary>
public sealed class StatusWriter(ApiClient api, Func<bool> isLeader, StatusTimes times, ILogger log)
{
    // While the server takes nothing at all, it is not asked for each Ingress anew.
    private static readonly Backoff Pauses = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));

    private readonly StatusBoard board = new(times);
    private readonly WorkQueue<NamespacedName> queue = new(times.Retries);
    private volatile bool isWithdrawing;

    /// <summary>Takes the newest of our Ingresses that are live in HAProxy.</summary>
    public void Show(Table<NamespacedName, IngressResource> live) => Add(board.Show(live));

    /// <summary>Takes the addresses to publish; null while they are not known, and nothing is written.</summary>
    public void Publish(EquatableArray<LoadBalancerAddress>? addresses) => Add(isWithdrawing ? [] : board.Publish(addresses));

    /// <summary>Looks at all Ingresses anew; to be called when we become the leader.</summary>
    public void Refresh() => Add(board.Refresh());

    /// <summary>Writes until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var ended in Task.WhenEach(Enumerable.Range(0, times.Parallel).Select(_ => WorkAsync(stop))))
        {
            await ended;
        }
    }

    /// <summary>Takes our addresses out of all Ingresses, as far as the time allows. <see cref="RunAsync"/> has to be running.</summary>
    public async Task WithdrawAsync(TimeSpan limit)
    {
        isWithdrawing = true;
        Add(board.Publish(EquatableArray.Create<LoadBalancerAddress>([])));
        try
        {
            await queue.IdleAsync().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            log.NotWithdrawn(limit.TotalSeconds);
        }
    }

    private void Add(IReadOnlyList<NamespacedName> due)
    {
        foreach (var name in isLeader() ? due : [])
        {
            queue.Add(name);
        }
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var name = await queue.TakeAsync(stop);
                var failure = isLeader() ? await TryAsync(name, stop) : null;
                failures = failure is not null && IsOfTheServer(failure) ? failures + 1 : 0;
                if (failure is null)
                {
                    queue.Done(name);
                    continue;
                }

                if (queue.Retry(name, (failure as ApiException)?.RetryAfter, stop) == 1)
                {
                    log.StatusFailed(name.ToString(), failure.Message);
                }

                if (failures > 0)
                {
                    await Task.Delay(Pauses.After(failures - 1, (failure as ApiException)?.RetryAfter), stop);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<Exception?> TryAsync(NamespacedName name, CancellationToken stop)
    {
        try
        {
            await BringAsync(name, stop);
            return null;
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.NotFound)
        {
            board.Forget(name);
            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return e;
        }
    }

    private async Task BringAsync(NamespacedName name, CancellationToken stop)
    {
        if (board.Target(name) is not var (uid, wanted))
        {
            return;
        }

        await BringAsync(name, uid, wanted, stop);

        // The addresses may have changed meanwhile, when this Ingress did not look as if it had to.
        if (board.Target(name) is { } now && !now.Wanted.Equals(wanted))
        {
            queue.Add(name);
        }
    }

    private async Task BringAsync(NamespacedName name, string uid, EquatableArray<LoadBalancerAddress> wanted, CancellationToken stop)
    {
        var path = ApiKind.Ingress.Path(name.Namespace, name.Name);
        var status = IngressStatus.Read(await api.GetAsync(path, stop));
        if (uid.Length > 0 && status.Uid != uid)
        {
            // Another object of the same name. If it is ours, we will be shown it.
            board.Forget(name);
            return;
        }

        if (status.Write(name, wanted, board.IsOurs) is not { } write)
        {
            board.Saw(name, status.Addresses);
            return;
        }

        if (!board.MayWrite(name, status.Addresses))
        {
            log.StatusLeftAlone(name.ToString(), times.MostRewrites);
            return;
        }

        var written = await (write.Manager.Length == 0
            ? api.MergeAsync($"{path}/status", write.Json, stop)
            : api.ApplyAsync($"{path}/status", write.Json, write.Manager, stop));
        board.Wrote(name, status.Addresses, IngressStatus.Read(written).Addresses);
    }

    // No matter of this one Ingress.
    private static bool IsOfTheServer(Exception failure) => failure is not ApiException { Code: var code } || code
        is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
}
