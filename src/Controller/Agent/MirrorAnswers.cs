using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Sluice.Core.Spop;

namespace Sluice.Controller.Agent;

/// <summary>
/// Takes copies of requests and sends them on through HAProxy, which knows the pods. A copy is taken at once or not at all:
/// where they come faster than they can be sent, some are dropped. What is answered is thrown away.
/// </summary>
internal sealed class MirrorAnswers : IDisposable
{
    public const string Question = "mirror";

    private const string To = "sluice-mirror-to";
    private const int MostWaiting = 512;
    private const int MostSent = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<SpopMessage> copies = Channel.CreateBounded<SpopMessage>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly HttpMessageInvoker client;

    /// <param name="socket">Where HAProxy takes copies.</param>
    public MirrorAnswers(string socket)
    {
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = MostSent,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ConnectCallback = (_, stop) => ConnectAsync(socket, stop),
        });
        for (var sender = 0; sender < MostSent; sender++)
        {
            _ = SendAllAsync();
        }
    }

    public IReadOnlyList<SpopVariable> Answer(SpopMessage question)
    {
        copies.Writer.TryWrite(question);
        return [];
    }

    public void Dispose()
    {
        copies.Writer.TryComplete();
        client.Dispose();
    }

    private async Task SendAllAsync()
    {
        await foreach (var copy in copies.Reader.ReadAllAsync())
        {
            try
            {
                using var patience = new CancellationTokenSource(Patience);
                using var message = Message(copy);
                using var response = await client.SendAsync(message, patience.Token);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or FormatException or ArgumentException or ObjectDisposedException)
            {
                // It is a copy: nobody waits for it.
            }
        }
    }

    // The path is sent as it came.
    private static HttpRequestMessage Message(SpopMessage copy)
    {
        var target = new Uri($"http://mirror{copy.Text("target")}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(copy.Text("method") ?? ""), target);
        var headers = SpopHeaders.Read(copy.Bytes("headers"));
        if (headers.Any(header => header.Name == "content-length"))
        {
            message.Content = new ReadOnlyMemoryContent(copy.Bytes("body"));
        }

        foreach (var (name, value) in headers.Where(header => !PassedOn.Excludes(header.Name) && header.Name != To))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        message.Headers.Host = headers.FirstOrDefault(header => header.Name == "host").Value;
        message.Headers.TryAddWithoutValidation("X-Request-ID", copy.Text("id"));
        message.Headers.TryAddWithoutValidation(To, copy.Text("to"));
        return message;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
