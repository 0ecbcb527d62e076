using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Sluice.Behaviour.Harness;

/// <summary>
/// Holds requests at a pod until the test lets them go: a request with <c>?gate=name</c> waits at that gate. The test
/// can await its arrival, so that nobody needs to sleep.
/// </summary>
public sealed class Gates
{
    private readonly ConcurrentDictionary<string, Gate> gates = new(StringComparer.Ordinal);

    public Gate this[string name] => gates.GetOrAdd(name, _ => new Gate());

    /// <summary>Releases all, so that the pods can stop.</summary>
    public void OpenAll()
    {
        foreach (var gate in gates.Values)
        {
            gate.Open();
        }
    }
}

/// <summary>One place where requests wait.</summary>
public sealed class Gate
{
    private readonly Channel<bool> arrivals = Channel.CreateUnbounded<bool>();
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Returns once for each request that has arrived.</summary>
    public Task ArrivalAsync() => arrivals.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    public void Open() => opened.TrySetResult();

    internal Task PassAsync(CancellationToken stop)
    {
        arrivals.Writer.TryWrite(true);
        return opened.Task.WaitAsync(stop);
    }
}
