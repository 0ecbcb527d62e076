using System.Threading.Channels;

namespace Sluice.Controller.Cluster;

/// <summary>
/// Things to be done, each of them once: one that is added again while it waits is still one, while it is being done it
/// is done once more afterwards. What failed comes back after a while, longer each time.
/// </summary>
internal sealed class WorkQueue<T>(Backoff backoff)
    where T : notnull
{
    private readonly Lock gate = new();
    private readonly Channel<T> ready = Channel.CreateUnbounded<T>();
    private readonly Dictionary<T, Item> items = [];
    private TaskCompletionSource? idle;

    public void Add(T thing)
    {
        lock (gate)
        {
            if (items.TryGetValue(thing, out var item))
            {
                item.IsAddedAgain |= item.IsTaken;
                return;
            }

            items[thing] = new Item();
        }

        ready.Writer.TryWrite(thing);
    }

    /// <summary>The next thing to do. It must be given to <see cref="Done"/> or <see cref="Retry"/>.</summary>
    public async ValueTask<T> TakeAsync(CancellationToken stop)
    {
        var thing = await ready.Reader.ReadAsync(stop);
        lock (gate)
        {
            items[thing].IsTaken = true;
        }

        return thing;
    }

    public void Done(T thing)
    {
        lock (gate)
        {
            if (items[thing].IsAddedAgain)
            {
                items[thing] = new Item();
                ready.Writer.TryWrite(thing);
                return;
            }

            items.Remove(thing);
            if (items.Count == 0)
            {
                idle?.TrySetResult();
                idle = null;
            }
        }
    }

    /// <summary>Returns how often it has failed in a row.</summary>
    public int Retry(T thing, TimeSpan? atLeast, CancellationToken stop)
    {
        TimeSpan wait;
        int failures;
        lock (gate)
        {
            var item = items[thing];
            (item.IsTaken, item.IsAddedAgain) = (false, false);
            wait = backoff.After(item.Failures, atLeast);
            failures = ++item.Failures;
        }

        _ = Task.Delay(wait, stop).ContinueWith(_ => ready.Writer.TryWrite(thing), TaskScheduler.Default);
        return failures;
    }

    /// <summary>Completes when there is nothing to do, now or later.</summary>
    public Task IdleAsync()
    {
        lock (gate)
        {
            return items.Count == 0 ? Task.CompletedTask : (idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private sealed class Item
    {
        public bool IsTaken { get; set; }

        public bool IsAddedAgain { get; set; }

        public int Failures { get; set; }
    }
}
