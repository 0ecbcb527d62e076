using System.Net;
using System.Net.Sockets;
using Sluice.Behaviour.Harness;

namespace Sluice.Cluster.Harness;

/// <summary>A network between a replica and the API server, which can be cut: nothing listens then, and what was open ends.</summary>
internal sealed class Relay(int target) : IAsyncDisposable
{
    private CancellationTokenSource cut = new();
    private Task accepting = Task.CompletedTask;

    public int Port { get; } = Ports.Free();

    /// <summary>Lets connections through.</summary>
    public void Mend()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        cut = new CancellationTokenSource();
        accepting = AcceptAsync(listener, cut.Token);
    }

    public async Task CutAsync()
    {
        await cut.CancelAsync();
        await accepting;
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        cut.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken stop)
    {
        List<Task> open = [];
        using (listener)
        {
            try
            {
                while (true)
                {
                    open.Add(PassAsync(await listener.AcceptTcpClientAsync(stop), stop));
                }
            }
            catch (OperationCanceledException)
            {
                // Cut.
            }
        }

        await Task.WhenAll(open);
    }

    private async Task PassAsync(TcpClient near, CancellationToken stop)
    {
        try
        {
            using var far = new TcpClient();
            using (near)
            {
                await far.ConnectAsync(IPAddress.Loopback, target, stop);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var (there, back) = (near.GetStream().CopyToAsync(far.GetStream(), ended.Token), far.GetStream().CopyToAsync(near.GetStream(), ended.Token));
                await Task.WhenAny(there, back);
                await ended.CancelAsync();
                await Task.WhenAll(there, back);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One of the sides has ended, or the way between them.
        }
    }
}
