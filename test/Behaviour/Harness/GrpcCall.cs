using System.Net;
using System.Text;

namespace Sluice.Behaviour.Harness;

/// <summary>
/// A call as gRPC makes it: one request of HTTP/2 whose body goes on while the answer comes, each message with five bytes
/// before it, and trailers that say how it ended. The pod sends back what it gets.
/// </summary>
internal sealed class GrpcCall : IAsyncDisposable
{
    private const int Prefix = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker client;
    private readonly Messages messages = new();
    private HttpResponseMessage? response;
    private Stream? answers;

    private GrpcCall(int port) => client = new HttpMessageInvoker(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, _) => await RawConnection.TcpAsync(port),
        SslOptions = TlsClient.AnyHost(),
    });

    /// <summary>The status of HTTP.</summary>
    public int Status => (int)response!.StatusCode;

    /// <summary>The status of the call; null where there is none.</summary>
    public string? GrpcStatus => Value(response!.TrailingHeaders) ?? Value(response.Headers);

    /// <summary>Begins a call; returns when the head of the answer is there.</summary>
    public static async Task<GrpcCall> OpenAsync(int port, string address)
    {
        var call = new GrpcCall(port);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = call.messages,
        };
        request.Headers.TE.ParseAdd("trailers");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        call.response = await call.client.SendAsync(request, CancellationToken.None).WaitAsync(Limit);
        call.answers = await call.response.Content.ReadAsStreamAsync();
        return call;
    }

    /// <summary>Sends a message and returns the answer to it.</summary>
    public async Task<string> AskAsync(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        await messages.SendAsync([0, 0, 0, 0, (byte)bytes.Length, .. bytes]);
        var answer = new byte[Prefix + bytes.Length];
        await answers!.ReadExactlyAsync(answer).AsTask().WaitAsync(Limit);
        return Encoding.UTF8.GetString(answer.AsSpan(Prefix));
    }

    /// <summary>Says that there are no more messages, and reads the rest.</summary>
    public async Task<string?> EndAsync()
    {
        messages.End();
        await answers!.CopyToAsync(Stream.Null).WaitAsync(Limit);
        return GrpcStatus;
    }

    public ValueTask DisposeAsync()
    {
        messages.End();
        response?.Dispose();
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string? Value(System.Net.Http.Headers.HttpHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.Single() : null;

    private sealed class Messages : HttpContent
    {
        private readonly TaskCompletionSource<Stream> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task SendAsync(byte[] message)
        {
            var stream = await begun.Task.WaitAsync(Limit);
            await stream.WriteAsync(message);
            await stream.FlushAsync();
        }

        public void End() => ended.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            begun.TrySetResult(stream);
            await ended.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }
    }
}
