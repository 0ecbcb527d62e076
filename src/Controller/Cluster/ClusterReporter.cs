namespace Sluice.Controller.Cluster;

/// <summary>Brings what happened back to the cluster: addresses into the status of Ingresses, and Events. The leader alone writes.</summary>
public sealed class ClusterReporter(Leadership leadership, PublishedAddresses addresses, StatusWriter status, EventWriter events) : IAsyncDisposable
{
    private static readonly TimeSpan WithdrawLimit = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource ending = new();
    private Change? last;
    private Task work = Task.CompletedTask;

    /// <summary>Takes a change, in order. Quick: what there is to write is written by others.</summary>
    public void Report(Change change)
    {
        var former = Interlocked.Exchange(ref last, change);
        events.Tell(ChangeEvents.Of(change, former));

        // A route that HAProxy refused is not live.
        if (change.Kind != ChangeKind.Refused)
        {
            status.Show(change.Ingresses);
        }
    }

    /// <summary>Begins to take part in the election, and to write.</summary>
    public void Start()
    {
        leadership.Changed += Lead;
        addresses.Changed += Publish;
        Publish();
        work = Task.WhenAll(
            leadership.RunAsync(ending.Token), addresses.RunAsync(ending.Token), status.RunAsync(ending.Token), events.RunAsync(ending.Token));
    }

    /// <summary>Takes our addresses out of the status of all Ingresses, if we lead.</summary>
    public Task WithdrawAsync() => leadership.IsLeader ? status.WithdrawAsync(WithdrawLimit) : Task.CompletedTask;

    /// <summary>Ends, and gives the Lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ending.IsCancellationRequested)
        {
            return;
        }

        await ending.CancelAsync();
        await work.ContinueWith(_ => { }, TaskScheduler.Default);
        events.Dispose();
        ending.Dispose();
    }

    private void Publish() => status.Publish(addresses.Current);

    private void Lead(bool leads)
    {
        if (leads)
        {
            status.Refresh();
            events.Tell(Volatile.Read(ref last) is { } change ? ChangeEvents.All(change) : []);
        }
    }
}
