using System.Net.Sockets;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>
/// The worker that a reload replaces. HAProxy says that the reload succeeded as soon as it has sent this worker a signal;
/// until the worker has seen that, it takes connections beside the new one, also on the runtime socket.
/// </summary>
internal sealed class OutgoingWorker : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly RuntimeSocket? socket;

    private OutgoingWorker(RuntimeSocket? socket) => this.socket = socket;

    /// <summary>Finds it, before the reload. Where none answers, there is none to wait for.</summary>
    public static async Task<OutgoingWorker> FindAsync(Layout layout, CancellationToken stop)
    {
        try
        {
            return new OutgoingWorker(await RuntimeSocket.ConnectAsync(layout.RuntimeSocket, stop));
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return new OutgoingWorker(null);
        }
    }

    /// <summary>Waits until it takes no more connections, but not for long: it may hang.</summary>
    public async Task UntilItTakesNoneAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            while (socket is not null && !IsStopping((await socket.SendAsync([new RuntimeLine("show info", "")], limit.Token))[0]))
            {
                await Task.Delay(Pause, limit.Token);
            }
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // It has ended, or hangs.
        }
    }

    public void Dispose() => socket?.Dispose();

    /// <summary>Whether a worker's "show info" says that it finishes.</summary>
    public static bool IsStopping(string info) => info.Contains("\nStopping: 1", StringComparison.Ordinal);
}
