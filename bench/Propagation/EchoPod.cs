using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Bench.Propagation;

/// <summary>
/// A web server that answers every GET with its own name, and keeps connections open. Where a WebSocket is asked for, it
/// sends back every byte from then on.
/// </summary>
internal sealed class EchoPod : IDisposable
{
    // The answer to the key of the example in RFC 6455, which our clients send.
    private static readonly byte[] Switching = Encoding.ASCII.GetBytes(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] answer;

    private EchoPod(string name, IPAddress address, int port)
    {
        answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {name.Length}\r\n\r\n{name}");
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(512);
        Address = address.ToString();
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _ = AcceptAsync();
    }

    public string Address { get; }

    public int Port { get; }

    public static EchoPod Start(string name, string address, int port = 0) => new(name, IPAddress.Parse(address), port);

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            var buffer = new byte[8192];
            var length = 0;
            try
            {
                while (await client.ReceiveAsync(buffer.AsMemory(length)) is > 0 and var count)
                {
                    length += count;
                    if (!buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                    {
                        continue;
                    }

                    if (buffer.AsSpan(0, length).IndexOf("websocket"u8) >= 0)
                    {
                        await client.SendAsync(Switching);
                        await SendBackAsync(client, buffer);
                        return;
                    }

                    length = 0;
                    await client.SendAsync(answer);
                }
            }
            catch (SocketException)
            {
                // HAProxy closed it.
            }
        }
    }

    private static async Task SendBackAsync(Socket client, byte[] buffer)
    {
        while (await client.ReceiveAsync(buffer) is > 0 and var count)
        {
            await client.SendAsync(buffer.AsMemory(0, count));
        }
    }
}
