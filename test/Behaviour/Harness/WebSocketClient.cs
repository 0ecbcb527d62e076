using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace Sluice.Behaviour.Harness;

/// <summary>A WebSocket to a pod, which answers each message with its name and the message.</summary>
public sealed class WebSocketClient : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly HttpMessageInvoker client;

    private WebSocketClient(int port) => client = new HttpMessageInvoker(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, _) => await RawConnection.TcpAsync(port),
        SslOptions = TlsClient.AnyHost(),
    });

    /// <summary>Opens one; the address names the host, whatever the port is.</summary>
    public static async Task<WebSocketClient> OpenAsync(int port, string address, Version? version = null, params IEnumerable<(string Name, string Value)> headers)
    {
        var result = new WebSocketClient(port);
        result.socket.Options.HttpVersion = version ?? HttpVersion.Version11;
        result.socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        foreach (var (name, value) in headers)
        {
            result.socket.Options.SetRequestHeader(name, value);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await result.socket.ConnectAsync(new Uri(address), result.client, patience.Token);
        return result;
    }

    /// <summary>Sends a message and returns the answer to it.</summary>
    public async Task<string> AskAsync(string message)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        var buffer = new byte[1024];
        var answer = await socket.ReceiveAsync(buffer, patience.Token);
        return Encoding.UTF8.GetString(buffer.AsSpan(0, answer.Count));
    }

    /// <summary>Waits until the other side ends the connection, which it may do well, or throws.</summary>
    public async Task UntilClosedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ReceiveAsync(new byte[1024], patience.Token);
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
