namespace Sluice.Controller.Webhook;

/// <summary>How much memory the bodies of all requests may take together. Who gets none is told to come again.</summary>
internal sealed class BodyBudget(long bytes)
{
    private long left = bytes;

    /// <summary>Takes a share; null if there is not enough left.</summary>
    public Share? Take(long size)
    {
        if (Interlocked.Add(ref left, -size) >= 0)
        {
            return new Share(this, size);
        }

        Interlocked.Add(ref left, size);
        return null;
    }

    /// <summary>A part of the budget that is in use until it is disposed.</summary>
    public sealed class Share(BodyBudget budget, long size) : IDisposable
    {
        private long held = size;

        public void Dispose() => Interlocked.Add(ref budget.left, Interlocked.Exchange(ref held, 0));
    }
}
