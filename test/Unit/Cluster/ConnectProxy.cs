using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Unit.Cluster;

/// <summary>A proxy that leads each CONNECT, whatever it names, to one port of this machine.</summary>
internal sealed class ConnectProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> heads = [];
    private readonly int port;

    public ConnectProxy(int port)
    {
        this.port = port;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What the clients sent before the tunnel began.</summary>
    public IReadOnlyCollection<string> Heads => heads;

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = TunnelAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // This is how it ends.
        }
    }

    private async Task TunnelAsync(TcpClient client)
    {
        try
        {
            using var server = new TcpClient();
            using (client)
            {
                var (near, head) = (client.GetStream(), new StringBuilder());
                var one = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await near.ReadAsync(one) == 1)
                {
                    head.Append((char)one[0]);
                }

                heads.Enqueue(head.ToString());
                await server.ConnectAsync(IPAddress.Loopback, port);
                await near.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
                await Task.WhenAny(near.CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(near));
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // One of the two is gone.
        }
    }
}
