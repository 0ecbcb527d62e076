using System.Diagnostics;

namespace Sluice.Controller.Agent;

/// <summary>
/// Turns for work that takes a processor, of which several holders want more than there are. The next one goes to the holder
/// whose turns took the least time, and none has all at once, so that one comes through beside another whose turns are long.
/// </summary>
/// <param name="most">How many turns there are at a time: two at least.</param>
internal sealed class FairTurns(int most)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Holder> holders = new(StringComparer.Ordinal);
    private int busy;

    /// <summary>Does work when its turn comes. It is not begun where the token is cancelled before.</summary>
    public async Task<T> TakeAsync<T>(string name, Func<T> work, CancellationToken stop)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cancelling = stop.UnsafeRegister(_ => turn.TrySetCanceled(stop), null);
        Enqueue(name, turn);
        await turn.Task;
        var since = Stopwatch.GetTimestamp();
        try
        {
            // Of the threads that answer, it takes none.
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            Done(name, Stopwatch.GetElapsedTime(since));
        }
    }

    private void Enqueue(string name, TaskCompletionSource turn)
    {
        lock (gate)
        {
            if (!holders.TryGetValue(name, out var holder))
            {
                // Whoever comes does not have the time to catch up that the others took before.
                holders[name] = holder = new Holder(name) { Used = holders.Count == 0 ? TimeSpan.Zero : holders.Values.Min(other => other.Used) };
            }

            holder.Waiting.Enqueue(turn);
            Give();
        }
    }

    private void Done(string name, TimeSpan time)
    {
        lock (gate)
        {
            var holder = holders[name];
            holder.Used += time;
            holder.Busy--;
            busy--;
            Leave(holder);
            Give();
        }
    }

    private void Give()
    {
        while (busy < most && Next() is { } holder)
        {
            if (holder.Waiting.Dequeue().TrySetResult())
            {
                holder.Busy++;
                busy++;
            }
            else
            {
                Leave(holder);
            }
        }
    }

    private Holder? Next() => holders.Values.Where(holder => holder.Waiting.Count > 0 && holder.Busy < most - 1).MinBy(holder => holder.Used);

    private void Leave(Holder holder)
    {
        if (holder is { Busy: 0, Waiting.Count: 0 })
        {
            holders.Remove(holder.Name);
        }
    }

    private sealed class Holder(string name)
    {
        public string Name => name;

        public Queue<TaskCompletionSource> Waiting { get; } = new();

        public TimeSpan Used { get; set; }

        public int Busy { get; set; }
    }
}
