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

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(1);

    private readonly ApiEndpoint endpoint;
    private readonly HttpClient http;
    private readonly string root;

    public ApiClient(ApiEndpoint endpoint)
    {
        this.endpoint = endpoint;
        root = endpoint.Server.AbsoluteUri.TrimEnd('/');
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            SslOptions = Tls(),
        };
        if (endpoint.Proxy is not null)
        {
            handler.Proxy = endpoint.Proxy;
        }

        http = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(Manager, "0.1"));
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
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
    public async Task<Stream> OpenAsync(string path, CancellationToken stop)
    {
        var response = await SendAsync(HttpMethod.Get, path, null, stop);
        return await response.Content.ReadAsStreamAsync(stop);
    }

    public void Dispose() => http.Dispose();

    private async Task<byte[]> ExchangeAsync(HttpMethod method, string path, Body? body, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(AnswerLimit);
        try
        {
            using var response = await SendAsync(method, path, body, limit.Token);
            return await response.Content.ReadAsByteArrayAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"the API server did not answer within {AnswerLimit.TotalSeconds:0} s", e);
        }
        catch (HttpRequestException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Body? body, CancellationToken stop)
    {
        for (var isStale = false; ; isStale = true)
        {
            var response = await SendOnceAsync(method, path, body, isStale, stop);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                // A token may have been replaced since it was read: once, and no more.
                if (response.StatusCode != HttpStatusCode.Unauthorized || isStale)
                {
                    throw await ApiException.FromAsync(response, stop);
                }
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string path, Body? body, bool isStale, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(AnswerLimit);
        using var request = new HttpRequestMessage(method, new Uri(root + path))
        {
            Content = body is { } given ? new StringContent(given.Json, Encoding.UTF8, given.Type) : null,
        };
        try
        {
            request.Headers.Authorization = await endpoint.Credentials.HeaderAsync(isStale, limit.Token);
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"the API server did not answer within {AnswerLimit.TotalSeconds:0} s", e);
        }
        catch (HttpRequestException e)
        {
            throw new IOException(e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message, e);
        }
    }

    private SslClientAuthenticationOptions Tls() => new()
    {
        TargetHost = endpoint.TlsName,
        LocalCertificateSelectionCallback = (_, _, _, _, _) => endpoint.Credentials.Certificate!,
        RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsServer(certificate as X509Certificate2, errors),
    };

    private bool IsServer(X509Certificate2? certificate, SslPolicyErrors errors)
    {
        if (endpoint.SkipsVerification)
        {
            return true;
        }

        if (endpoint.Authorities is null || certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return errors == SslPolicyErrors.None;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(endpoint.Authorities()));
        return chain.Build(certificate);
    }

    // Made into content anew for each try, because sending uses it up.
    private readonly record struct Body(string Json, string Type);
}
