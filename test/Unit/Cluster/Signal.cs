namespace Sluice.Unit.Cluster;

/// <summary>Something that happens again and again and can be waited for.</summary>
internal sealed class Signal
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private volatile TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it happens next.</summary>
    public Task Next => next.Task;

    public void Fire() => Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits until something holds that may change when this happens.</summary>
    public async Task UntilAsync(Func<bool> holds, Func<string> otherwise)
    {
        using var limit = new CancellationTokenSource(Limit);
        for (var happening = Next; !holds(); happening = Next)
        {
            try
            {
                await happening.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException(otherwise(), e);
            }
        }
    }
}
