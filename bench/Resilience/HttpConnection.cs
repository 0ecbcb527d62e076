using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Bench.Resilience;

/// <summary>A connection for plain requests, one at a time. Any failure is an exception.</summary>
internal sealed class HttpConnection : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[16 * 1024];

    /// <summary>Whether the server said that it closes the connection.</summary>
    public bool IsClosed { get; private set; }

    public static async Task<HttpConnection> OpenAsync(int port)
    {
        var connection = new HttpConnection();
        try
        {
            await connection.socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)).WaitAsync(Limit);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The status and the body of the answer, with a blank between.</summary>
    public async Task<string> GetAsync(string host, string path = "/")
    {
        await SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        var length = 0;
        while (true)
        {
            length += await ReceiveAsync(buffer.AsMemory(length));
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0 || length < end + 4 + ContentLength(text[..end]))
            {
                continue;
            }

            IsClosed = text[..end].Contains("connection: close", StringComparison.OrdinalIgnoreCase);
            return $"{text[9..12]} {text[(end + 4)..]}";
        }
    }

    /// <summary>Asks for a WebSocket. From then on, bytes go both ways as they are.</summary>
    public async Task UpgradeAsync(string host)
    {
        await SendAsync(Encoding.ASCII.GetBytes(
            $"GET /socket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var length = 0;
        while (!buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            length += await ReceiveAsync(buffer.AsMemory(length));
        }

        if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 101"u8))
        {
            throw new IOException($"no WebSocket: {Encoding.ASCII.GetString(buffer, 0, length).Split('\r')[0]}");
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => _ = await socket.SendAsync(bytes).AsTask().WaitAsync(Limit);

    /// <summary>Receives something; the end of the connection is a failure.</summary>
    public async Task<int> ReceiveAsync(Memory<byte> target)
    {
        var count = await socket.ReceiveAsync(target).AsTask().WaitAsync(Limit);
        return count > 0 ? count : throw new IOException("the connection was closed");
    }

    public void Dispose() => socket.Dispose();

    private static int ContentLength(string head)
    {
        const string Name = "content-length:";
        var start = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? 0 : int.Parse(head[(start + Name.Length)..].Split('\r')[0]);
    }
}
