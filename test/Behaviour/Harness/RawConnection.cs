using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Behaviour.Harness;

/// <summary>
/// A connection of HTTP/1.1 on which everything goes out as the test wrote it: paths, hosts, targets in absolute form,
/// a missing Host. Nothing is sent twice.
/// </summary>
public sealed class RawConnection : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Stream stream;
    private readonly ResponseReader responses;

    private RawConnection(Stream stream)
    {
        this.stream = stream;
        responses = new ResponseReader(stream);
    }

    /// <summary>True if the other side said that it closes the connection.</summary>
    public bool Ended => responses.Ended;

    /// <summary>Opens a connection, as the client <paramref name="from"/> if it is given.</summary>
    public static async Task<RawConnection> OpenAsync(int port, IPAddress? from = null) => new(await TcpAsync(port, from));

    /// <summary>Opens a TLS connection that names <paramref name="host"/> and accepts any certificate.</summary>
    public static async Task<RawConnection> OpenTlsAsync(int port, string host)
    {
        var tls = new SslStream(await TcpAsync(port));
        await tls.AuthenticateAsClientAsync(TlsClient.Options(host));
        return new(tls);
    }

    /// <summary>Sends a request and reads the answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">What stands in the request line.</param>
    /// <param name="host">The Host header; null for none.</param>
    /// <param name="headers">More headers, each as a line.</param>
    /// <param name="body">The body, sent with its Content-Length if there is one.</param>
    public async Task<Response> SendAsync(
        string method, string target, string? host, IEnumerable<string>? headers = null, ReadOnlyMemory<byte> body = default)
    {
        using var patience = new CancellationTokenSource(Limit);
        await WriteAsync(method, target, host, headers, body, patience.Token);
        return await responses.ReadAsync(method, patience.Token);
    }

    /// <summary>Sends a request only; <see cref="ReadAsync"/> reads the answer.</summary>
    public Task WriteAsync(string method, string target, string? host, params IEnumerable<string> headers) =>
        WriteAsync(method, target, host, headers, default, CancellationToken.None);

    /// <summary>Sends text as it is.</summary>
    public Task WriteAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    public async Task<Response> ReadAsync(string method)
    {
        using var patience = new CancellationTokenSource(Limit);
        return await responses.ReadAsync(method, patience.Token);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    internal static async Task<NetworkStream> TcpAsync(int port, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (from is not null)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task WriteAsync(
        string method, string target, string? host, IEnumerable<string>? headers, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\n");
        if (host is not null)
        {
            head.Append($"Host: {host}\r\n");
        }

        foreach (var header in headers ?? [])
        {
            head.Append(header).Append("\r\n");
        }

        if (body.Length > 0)
        {
            head.Append($"Content-Length: {body.Length}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), stop);
        if (body.Length > 0)
        {
            await stream.WriteAsync(body, stop);
        }
    }
}
