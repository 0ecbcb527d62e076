using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Controller.Cluster;

/// <summary>Speaks to the API server. What it refuses is an <see cref="ApiException"/>; what fails on the way an <see cref="IOException"/>.</summary>
public sealed class ApiClient : IDisposable
{
    /// <summary>Our name among those who manage fields, and in Events.</summary>
    public const string Manager = "sluice";

    private const string ApplyPatch = "application/apply-patch+yaml";
    private const string MergePatch = "application/merge-patch+json";

    private readonly ApiEndpoint endpoint;
    private readonly IWebProxy? proxy;
    private readonly string root;
    private readonly Lock gate = new();
    private (SslStreamCertificateContext? Identity, HttpClient Http)? connected;

    public ApiClient(ApiEndpoint endpoint)
    {
        this.endpoint = endpoint;
        proxy = endpoint.Proxy ?? Proxies.ByEnvironment(endpoint.Server, Environment.GetEnvironmentVariable);
        root = endpoint.Server.AbsoluteUri.TrimEnd('/');
    }

    /// <summary>The namespace that is ours where none is named.</summary>
    public string Namespace => endpoint.Namespace;

    public Task<byte[]> GetAsync(string path, CancellationToken stop) => ExchangeAsync(HttpMethod.Get, path, null, stop);

    public Task<byte[]> CreateAsync(string path, string json, CancellationToken stop) =>
        ExchangeAsync(HttpMethod.Post, path, new Body(json, "application/json"), stop);

    public Task<byte[]> ReplaceAsync(string path, string json, CancellationToken stop) =>
        ExchangeAsync(HttpMethod.Put, path, new Body(json, "application/json"), stop);

    public Task<byte[]> MergeAsync(string path, string json, CancellationToken stop) =>
        ExchangeAsync(HttpMethod.Patch, path, new Body(json, MergePatch), stop);

    /// <summary>Server-side apply: the fields in the object become ours, also where somebody else wrote them.</summary>
    public Task<byte[]> ApplyAsync(string path, string json, CancellationToken stop) => ApplyAsync(path, json, Manager, stop);

    /// <summary>The same under another name than <see cref="Manager"/>.</summary>
    public Task<byte[]> ApplyAsync(string path, string json, string manager, CancellationToken stop) =>
        ExchangeAsync(HttpMethod.Patch, $"{path}?fieldManager={manager}&force=true", new Body(json, ApplyPatch), stop);

    /// <summary>Opens a stream, such as that of a watch. Only until the head of the answer is there may time run out.</summary>
    public Task<Stream> OpenAsync(string path, CancellationToken stop) => LimitAsync(
        async limit =>
        {
            var response = await SendAsync(HttpMethod.Get, path, null, limit);
            return await response.Content.ReadAsStreamAsync(limit);
        },
        stop);

    public void Dispose() => connected?.Http.Dispose();

    private Task<byte[]> ExchangeAsync(HttpMethod method, string path, Body? body, CancellationToken stop) => LimitAsync(
        async limit =>
        {
            using var response = await SendAsync(method, path, body, limit);
            return await response.Content.ReadAsByteArrayAsync(limit);
        },
        stop);

    private async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(endpoint.AnswerLimit);
        try
        {
            return await work(limit.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"the API server did not answer within {endpoint.AnswerLimit.TotalSeconds:0} s", e);
        }
        catch (HttpRequestException e)
        {
            throw new IOException(e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message, e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Body? body, CancellationToken stop)
    {
        var proof = await endpoint.Credentials.ProveAsync(refused: null, stop);
        var response = await SendOnceAsync(method, path, body, proof, stop);
        if (response.StatusCode == HttpStatusCode.Unauthorized && await endpoint.Credentials.ProveAsync(proof, stop) is var other && other != proof)
        {
            // What we showed has been replaced meanwhile.
            response.Dispose();
            response = await SendOnceAsync(method, path, body, other, stop);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ApiException.FromAsync(response, stop);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string path, Body? body, Proof proof, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(root + path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = body is { } given ? new StringContent(given.Json, Encoding.UTF8, given.Type) : null,
        };
        request.Headers.Authorization = proof.Header;
        // SocketsHttpHandler takes the name for the handshake from here, and from nowhere else.
        request.Headers.Host = endpoint.TlsName;
        return await Http(proof.Certificate).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
    }

    // A connection belongs to the certificate that it was opened with: with another one, others are opened. What still
    // runs on the former ones ends there.
    private HttpClient Http(SslStreamCertificateContext? identity)
    {
        lock (gate)
        {
            if (connected is not { } known || known.Identity != identity)
            {
                connected = (identity, Connect(identity));
            }

            return connected.Value.Http;
        }
    }

    private HttpClient Connect(SslStreamCertificateContext? identity)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            UseProxy = proxy is not null,
            Proxy = proxy,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = identity,
                RemoteCertificateValidationCallback = (_, certificate, sent, errors) =>
                    ServerCheck.IsServer(endpoint, certificate as X509Certificate2, sent, errors),
            },
        };
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(Manager, "0.1"));
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return http;
    }

    // Made into content anew for each try, because sending uses it up.
    private readonly record struct Body(string Json, string Type);
}
