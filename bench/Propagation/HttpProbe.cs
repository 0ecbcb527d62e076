using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Bench.Propagation;

/// <summary>
/// Asks for paths over keep-alive connections, in turns, so that each thread of HAProxy is asked. An answer is the
/// status, and the body if it is 200.
/// </summary>
internal sealed class HttpProbe(int port) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Socket?[] connections = new Socket?[4];
    private readonly byte[] buffer = new byte[16 * 1024];
    private int turn;

    public string Ask(string host, string path)
    {
        turn = (turn + 1) % connections.Length;
        try
        {
            var connection = connections[turn] ??= Connect();
            connection.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
            return Receive(connection);
        }
        catch (SocketException e)
        {
            connections[turn]?.Dispose();
            connections[turn] = null;
            return $"no answer: {e.SocketErrorCode}";
        }
    }

    public void Dispose()
    {
        foreach (var connection in connections)
        {
            connection?.Dispose();
        }
    }

    private Socket Connect()
    {
        var connection = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Limit.TotalMilliseconds,
        };
        connection.Connect("127.0.0.1", port);
        return connection;
    }

    private string Receive(Socket connection)
    {
        var length = 0;
        while (true)
        {
            var count = connection.Receive(buffer.AsSpan(length));
            if (count == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            length += count;
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0 || length < end + 4 + ContentLength(text[..end]))
            {
                continue;
            }

            if (text[..end].Contains("connection: close", StringComparison.OrdinalIgnoreCase))
            {
                connection.Dispose();
                connections[turn] = null;
            }

            var status = text[9..12];
            return status == "200" ? $"{status} {text[(end + 4)..]}" : status;
        }
    }

    private static int ContentLength(string head)
    {
        const string Name = "content-length:";
        var start = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? 0 : int.Parse(head[(start + Name.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
    }
}
