using System.Net;

namespace Sluice.Behaviour.Harness;

/// <summary>
/// A client of HTTP/2 and nothing else: with prior knowledge on the http port, by ALPN on the https port. Paths go out
/// as written, and the Host is the test's own.
/// </summary>
public sealed class Http2 : IDisposable
{
    private readonly HttpMessageInvoker client;
    private readonly string scheme;
    private readonly int port;

    private Http2(string scheme, int port)
    {
        (this.scheme, this.port) = (scheme, port);
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = async (_, _) => await RawConnection.TcpAsync(port),
            SslOptions = TlsClient.AnyHost(),
            PooledConnectionLifetime = RunningSluice.KeepsConnections ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        });
    }

    /// <summary>Without TLS.</summary>
    public static Http2 Plain(int port) => new("http", port);

    /// <summary>Over TLS, with the host of each request as the server name.</summary>
    public static Http2 Tls(int port) => new("https", port);

    public Task<Response> GetAsync(string host, string target, params IReadOnlyCollection<(string Name, string Value)> headers) =>
        SendAsync("GET", host, target, headers);

    public async Task<Response> SendAsync(
        string method, string host, string target, IReadOnlyCollection<(string Name, string Value)>? headers = null, byte[]? body = null)
    {
        using var request = Request(method, host, target);
        request.Content = body is null ? null : new ByteArrayContent(body);
        foreach (var (name, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var response = await client.SendAsync(request, patience.Token);
        IEnumerable<KeyValuePair<string, IEnumerable<string>>> all = [.. response.Headers, .. response.Content.Headers];
        return new Response(
            (int)response.StatusCode,
            [.. all.SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value))],
            await ContentAsync(response, patience.Token));
    }

    // Who answers before the whole of the request has come may end the stream in the middle of the answer's body.
    private static async Task<byte[]> ContentAsync(HttpResponseMessage response, CancellationToken stop)
    {
        try
        {
            return await response.Content.ReadAsByteArrayAsync(stop);
        }
        catch (HttpRequestException) when (response.StatusCode == HttpStatusCode.RequestEntityTooLarge)
        {
            return [];
        }
    }

    /// <summary>Sends a request whose answer is read while it comes.</summary>
    public async Task<Stream> OpenAsync(string host, string target)
    {
        using var request = Request("GET", host, target);
        var response = await client.SendAsync(request, CancellationToken.None);
        return await response.Content.ReadAsStreamAsync();
    }

    public void Dispose() => client.Dispose();

    private HttpRequestMessage Request(string method, string host, string target)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Address(host, target))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("Host", host);
        return request;
    }

    /// <summary>Plain requests share one connection, whatever their host; over TLS each host has its own, for its server name.</summary>
    private Uri Address(string host, string target) => new(
        $"{scheme}://{(scheme == "https" ? host : "any")}:{port}{target}",
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
