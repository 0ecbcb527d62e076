using System.Collections.Concurrent;

namespace Sluice.Cluster.Harness;

/// <summary>What a program has printed so far. Tests wait for it instead of sleeping.</summary>
internal sealed class Lines
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly ConcurrentQueue<string> lines = [];
    private volatile TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool hasEnded;

    /// <summary>Adds a line; null is the end of all.</summary>
    public void Add(string? line)
    {
        if (line is null)
        {
            hasEnded = true;
        }
        else
        {
            lines.Enqueue(line);
        }

        Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public int Count(string part) => lines.Count(line => line.Contains(part, StringComparison.Ordinal));

    public string? Last => lines.LastOrDefault();

    public override string ToString() => string.Join('\n', lines);

    /// <summary>Waits until a line with this part was printed so often.</summary>
    public Task UntilAsync(string part, int times = 1) => UntilAsync(() => Task.FromResult(Count(part) >= times), $"'{part}' was not printed {times} times");

    /// <summary>Asks each time something was printed, until it holds.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds, string complaint)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var (ended, printed) = (hasEnded, next.Task);
            if (await holds())
            {
                return;
            }

            try
            {
                await (ended ? throw new InvalidOperationException($"{complaint}, and nothing is printed any more:\n{this}") : printed.WaitAsync(limit.Token));
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"{complaint} within {Limit.TotalSeconds} s:\n{this}", e);
            }
        }
    }
}
