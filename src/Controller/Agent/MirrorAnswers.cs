using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Sluice.Core.Spop;

namespace Sluice.Controller.Agent;

/// <summary>
/// Takes copies of requests and sends them on through HAProxy, which knows the pods. A copy is taken at once or not at all:
/// where they come faster than they are answered, some are dropped, and first those for whom that is so. What is answered is
/// thrown away.
/// </summary>
internal sealed class MirrorAnswers : IDisposable
{
    public const string Question = "mirror";

    private const string To = "sluice-mirror-to";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Of a copy, the largest part is a body of 8 kB.
    private readonly SharedPlaces places = new(768);
    private readonly HttpMessageInvoker client;

    /// <param name="socket">Where HAProxy takes copies.</param>
    public MirrorAnswers(string socket)
    {
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ConnectCallback = (_, stop) => ConnectAsync(socket, stop),
        });
    }

    public IReadOnlyList<SpopVariable> Answer(SpopMessage question)
    {
        var target = question.Text("to") ?? "";
        if (places.TryTake(target))
        {
            _ = SendAsync(question, target);
        }

        return [];
    }

    public void Dispose() => client.Dispose();

    private async Task SendAsync(SpopMessage copy, string target)
    {
        await Task.Yield();
        try
        {
            if (Message(copy) is not { } whole)
            {
                return;
            }

            using var patience = new CancellationTokenSource(Patience);
            using var message = whole;
            using var response = await client.SendAsync(message, patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or FormatException or ArgumentException or ObjectDisposedException)
        {
            // It is a copy: nobody waits for it.
        }
        finally
        {
            places.Give(target);
        }
    }

    // The path is sent as it came. Null where the body is not whole.
    private static HttpRequestMessage? Message(SpopMessage copy)
    {
        var headers = SpopHeaders.Read(copy.Bytes("headers"));
        var length = headers.FirstOrDefault(header => header.Name == "content-length").Value;
        var body = copy.Bytes("body");
        if (length is not null && length != body.Length.ToString(CultureInfo.InvariantCulture))
        {
            return null;
        }

        var target = new Uri($"http://mirror{copy.Text("target")}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(copy.Text("method") ?? ""), target);
        if (length is not null)
        {
            message.Content = new ReadOnlyMemoryContent(body);
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
