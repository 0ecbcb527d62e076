using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Controller.Cluster;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>The server is recognised by its certificate, and we by ours.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly TestAuthority Authority = TestAuthority.Root();

    private readonly TestFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task A_cluster_is_read_and_followed_over_TLS(HttpProtocols protocols, string version)
    {
        await using var api = new FakeApi { Certificate = Authority.Server("localhost"), Protocols = protocols };
        api.Truth.Put(FakeObject.Ingress("a"), FakeObject.Service("web"));
        await api.StartAsync();
        await using var run = new ClusterRun(api, endpoint: Endpoint(api));
        await run.EqualAsync();

        api.Misbehave(new FakeFault(Misbehaviour.CutInEvent) { Times = 20 });
        await api.CutAsync();
        api.Truth.Delete(FakeObject.Ingress("a"));
        api.Truth.Put(FakeObject.Ingress("b"), FakeObject.Ingress("big", note: new string('x', 1 << 20)));
        await run.EqualAsync();
        Assert.All(api.Requests, request => Assert.Equal(version, request.Protocol));
    }

    [Fact]
    public async Task A_server_that_is_signed_by_somebody_else_is_refused_until_its_authority_is_there()
    {
        var other = TestAuthority.Root("other");
        await using var api = await StartAsync(other, "localhost");
        var endpoint = Endpoint(api);
        using var client = new ApiClient(endpoint);

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => client.GetAsync("/api/v1/services", Stop));
        Assert.Contains("does not lead to an authority that is trusted", failure.Message, StringComparison.Ordinal);
        Assert.Empty(api.Requests);

        // A bundle, as while authorities are being replaced.
        folder.Write("ca.pem", Authority.Pem + "\n" + other.Pem);
        await client.GetAsync("/api/v1/services", Stop);
    }

    [Fact]
    public async Task Authorities_that_cannot_be_read_are_told()
    {
        await using var api = await StartAsync(Authority, "localhost");
        var endpoint = Endpoint(api);
        folder.Write("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        using var client = new ApiClient(endpoint);

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => client.GetAsync("/api/v1/services", Stop));
        Assert.Contains("the certificates of the authorities to trust cannot be read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_intermediate_certificate_that_the_server_sends_is_used()
    {
        var intermediate = Authority.Intermediate("between");
        await using var api = new FakeApi { Certificate = intermediate.Server("localhost"), Between = intermediate };
        await api.StartAsync();
        using var client = new ApiClient(Endpoint(api));

        await client.GetAsync("/api/v1/services", Stop);
    }

    [Fact]
    public async Task A_certificate_of_a_client_is_none_of_a_server()
    {
        var (chain, key) = Authority.Client("somebody");
        await using var api = new FakeApi { Certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(chain, key) };
        await api.StartAsync();
        using var client = new ApiClient(Endpoint(api));

        await Assert.ThrowsAnyAsync<IOException>(() => client.GetAsync("/api/v1/services", Stop));
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task A_server_with_another_name_is_refused_unless_that_name_is_asked_for()
    {
        var greeted = "";
        await using var api = new FakeApi { Certificate = Authority.Server("kubernetes.example"), Greeted = name => greeted = name };
        await api.StartAsync();
        using var client = new ApiClient(Endpoint(api));
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => client.GetAsync("/api/v1/services", Stop));
        Assert.Contains("the certificate of the API server is not for localhost", failure.Message, StringComparison.Ordinal);
        Assert.Equal("localhost", greeted);

        using var named = new ApiClient(Endpoint(api, cluster: "tls-server-name: kubernetes.example"));
        await named.GetAsync("/api/v1/services", Stop);
        Assert.Equal("kubernetes.example", greeted);
        using var wrong = new ApiClient(Endpoint(api, cluster: "tls-server-name: other.example"));
        failure = await Assert.ThrowsAnyAsync<IOException>(() => wrong.GetAsync("/api/v1/services", Stop));
        Assert.Contains("is not for other.example", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_not_looked_at_when_that_is_asked_for_and_else_by_the_system()
    {
        await using var api = await StartAsync(TestAuthority.Root("other"), "elsewhere.example");
        using var blind = new ApiClient(Endpoint(api, cluster: "insecure-skip-tls-verify: true"));
        await blind.GetAsync("/api/v1/services", Stop);

        using var careful = new ApiClient(new ApiEndpoint { Server = api.Address, Credentials = new Credentials.None() });
        await Assert.ThrowsAnyAsync<IOException>(() => careful.GetAsync("/api/v1/services", Stop));
    }

    [Fact]
    public async Task A_client_certificate_is_shown()
    {
        await using var api = await StartAsync(Authority, "localhost");
        var (chain, key) = Authority.Client("me");
        using var client = new ApiClient(Endpoint(api, $"client-certificate-data: {Base64(chain)}\n      client-key-data: {Base64(key)}"));

        await client.GetAsync("/api/v1/services", Stop);
        Assert.Equal("CN=me", Assert.Single(api.Requests).Client);
    }

    [Fact]
    public async Task A_client_certificate_that_is_replaced_is_shown_on_the_connections_to_come()
    {
        await using var api = await StartAsync(Authority, "localhost");
        api.Truth.Put(FakeObject.Ingress("a"));
        Give("one");
        await using var run = new ClusterRun(api, endpoint: Endpoint(api, "client-certificate: me.crt\n      client-key: me.key"));
        await run.EqualAsync();

        // Only half of it is there when it is looked for first.
        var (chain, key) = Authority.Client("two");
        folder.Write("me.crt", chain);
        api.Admits = request => request.Client == "CN=two";
        await api.CutAsync();
        api.Truth.Put(FakeObject.Ingress("b"));
        await api.AskedAsync(request => request is { IsResumed: true, Client: "CN=one" }, 10);
        folder.Write("me.key", key);
        await run.EqualAsync();
        await api.AskedAsync(request => request is { IsResumed: true, Client: "CN=two" }, 6);
        Assert.DoesNotContain(run.Log.Lines, line => line.Contains("PRIVATE", StringComparison.Ordinal));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static async Task<FakeApi> StartAsync(TestAuthority authority, string name)
    {
        var api = new FakeApi { Certificate = authority.Server(name) };
        await api.StartAsync();
        return api;
    }

    private void Give(string name)
    {
        var (chain, key) = Authority.Client(name);
        folder.Write("me.crt", chain);
        folder.Write("me.key", key);
    }

    private ApiEndpoint Endpoint(FakeApi api, string user = "{}", string cluster = "certificate-authority: ca.pem")
    {
        folder.Write("ca.pem", Authority.Pem);
        return ApiEndpoint.Find(
            folder.Write("config", $$"""
                current-context: here
                contexts: [{name: here, context: {cluster: one, user: me} }]
                clusters:
                  - name: one
                    cluster:
                      server: '{{api.Address}}'
                      {{(cluster.StartsWith("tls", StringComparison.Ordinal) ? "certificate-authority: ca.pem" : "extensions: []")}}
                      {{cluster}}
                users:
                  - name: me
                    user:
                      {{user}}
                """),
            null);
    }
}
