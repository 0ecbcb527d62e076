using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Controller.Webhook;
using Sluice.Unit.Cluster;
using Xunit;

namespace Sluice.Unit.Webhook;

/// <summary>A webhook that listens, and clients that trust it as the API server would.</summary>
internal sealed class RunningWebhook : IAsyncDisposable
{
    private readonly HttpClient client;

    private RunningWebhook(WebhookServer server, MountedSecret secret, Lines log)
    {
        Server = server;
        Secret = secret;
        Log = log;
        client = new HttpClient(new SocketsHttpHandler { SslOptions = Trusting(), UseProxy = false })
        {
            BaseAddress = new Uri($"https://localhost:{server.Port}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    public static TestAuthority Authority { get; } = TestAuthority.Root();

    public WebhookServer Server { get; }

    public MountedSecret Secret { get; }

    public Lines Log { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<RunningWebhook> StartAsync(Func<WebhookSettings, WebhookSettings>? choose = null)
    {
        var secret = new MountedSecret();
        using var certificate = Authority.Server("localhost");
        secret.Put(certificate);
        var settings = new WebhookSettings { Port = 0, CertificateFile = secret.Certificate, KeyFile = secret.Key };
        var log = new Lines();
        return new RunningWebhook(await WebhookServer.StartAsync(choose?.Invoke(settings) ?? settings, log, Stop), secret, log);
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null) =>
        client.SendAsync(new HttpRequestMessage(method, path) { Content = content, Version = HttpVersion.Version20 }, Stop);

    public Task<HttpResponseMessage> PostAsync(byte[] body) => SendAsync(HttpMethod.Post, "/validate?timeout=5s", new ByteArrayContent(body));

    /// <summary>What it answers to a review.</summary>
    public async Task<Answer> AskAsync(JsonNode review)
    {
        using var response = await PostAsync(Encoding.UTF8.GetBytes(review.ToJsonString()));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;
        Assert.Equal("admission.k8s.io/v1 AdmissionReview", $"{answer["apiVersion"]} {answer["kind"]}");
        Assert.Equal(review["request"]!["uid"]!.ToString(), answer["response"]!["uid"]!.ToString());
        return new Answer(
            answer["response"]!["allowed"]!.GetValue<bool>(),
            answer["response"]!["status"]?["message"]?.ToString() ?? "",
            [.. answer["response"]!["warnings"]?.AsArray().Select(item => item!.ToString()) ?? []])
        {
            Code = answer["response"]!["status"]?["code"]?.GetValue<int>(),
        };
    }

    /// <summary>A connection of its own, as far as the end of the TLS handshake, speaking HTTP/1.1.</summary>
    public async Task<SslStream> ConnectAsync()
    {
        var tls = new SslStream(await ConnectPlainAsync());
        try
        {
            await tls.AuthenticateAsClientAsync(Trusting(), Stop);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    public async Task<NetworkStream> ConnectPlainAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Server.Port, Stop);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The certificate that a new connection is shown.</summary>
    public async Task<string> ShownAsync()
    {
        await using var tls = await ConnectAsync();
        return ((X509Certificate2)tls.RemoteCertificate!).Thumbprint;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Server.DisposeAsync();
        Secret.Dispose();
    }

    private static SslClientAuthenticationOptions Trusting() => new()
    {
        TargetHost = "localhost",
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509Certificate2.CreateFromPem(Authority.Pem) },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    /// <summary>The verdict of a webhook.</summary>
    internal sealed record Answer(bool IsAllowed, string Message, IReadOnlyList<string> Warnings)
    {
        public int? Code { get; init; }
    }
}
