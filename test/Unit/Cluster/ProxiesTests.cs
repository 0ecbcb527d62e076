using System.Net;
using Sluice.Controller.Cluster;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>The way to the API server leads through the proxy that the kubeconfig or the environment names.</summary>
public sealed class ProxiesTests : IDisposable
{
    private static readonly TestAuthority Authority = TestAuthority.Root();

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_cluster_is_read_through_a_proxy()
    {
        await using var api = new FakeApi { Certificate = Authority.Server("api.cluster.example") };
        api.Truth.Put(FakeObject.Ingress("a"));
        await api.StartAsync();
        using var proxy = new ConnectProxy(api.Address.Port);
        folder.Write("ca.pem", Authority.Pem);
        var file = folder.Write("config", $$"""
            current-context: here
            contexts: [{name: here, context: {cluster: one} }]
            clusters:
              - name: one
                cluster: {server: 'https://api.cluster.example:6443', certificate-authority: ca.pem, proxy-url: 'http://me:s3c%40ret@localhost:{{proxy.Port}}'}
            """);
        await using var run = new ClusterRun(api, endpoint: ApiEndpoint.Find(file, null));

        await run.EqualAsync();
        api.Truth.Put(FakeObject.Ingress("b"));
        await run.EqualAsync();
        Assert.All(proxy.Heads, head => Assert.StartsWith("CONNECT api.cluster.example:6443 HTTP/1.1\r\n", head, StringComparison.Ordinal));
        Assert.DoesNotContain(run.Log.Lines, line => line.Contains("s3c", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://api.example:6443", "proxy.example:3128", "", "http://proxy.example:3128/")]
    [InlineData("https://api.example:6443", "https://me:a%40b@proxy.example", "", "https://proxy.example/")]
    [InlineData("https://api.example:6443", "socks5://proxy.example:1080", "", "socks5://proxy.example:1080/")]
    [InlineData("https://api.example:6443", "", "", null)]
    [InlineData("http://api.example", "proxy.example:3128", "", null)]
    [InlineData("https://localhost:6443", "proxy.example:3128", "", null)]
    [InlineData("https://127.0.0.2:6443", "proxy.example:3128", "", null)]
    [InlineData("https://[::1]:6443", "proxy.example:3128", "", null)]
    [InlineData("https://10.96.0.1", "proxy.example:3128", "x, 10.0.0.0/8", null)]
    [InlineData("https://11.96.0.1", "proxy.example:3128", "10.0.0.0/8,11.96.0.2", "http://proxy.example:3128/")]
    [InlineData("https://10.96.0.1", "proxy.example:3128", "10.96.0.1", null)]
    [InlineData("https://10.96.0.1", "proxy.example:3128", "10.96.0.1:443", null)]
    [InlineData("https://10.96.0.1:6443", "proxy.example:3128", "10.96.0.1:443", "http://proxy.example:3128/")]
    [InlineData("https://[fd00::1]", "proxy.example:3128", "fd00::/8", null)]
    [InlineData("https://[fd00::1]:6443", "proxy.example:3128", "[fd00::1]:6443", null)]
    [InlineData("https://api.example", "proxy.example:3128", "example", null)]
    [InlineData("https://api.example", "proxy.example:3128", "API.Example", null)]
    [InlineData("https://api.example", "proxy.example:3128", ".example", null)]
    [InlineData("https://api.example", "proxy.example:3128", "*.example", null)]
    [InlineData("https://api.example", "proxy.example:3128", "pi.example", "http://proxy.example:3128/")]
    [InlineData("https://example", "proxy.example:3128", ".example", "http://proxy.example:3128/")]
    [InlineData("https://api.example", "proxy.example:3128", "*", null)]
    [InlineData("https://api.example:6443", "proxy.example:3128", "api.example:443", "http://proxy.example:3128/")]
    public void The_environment_names_a_proxy_and_what_is_reached_without_it(string server, string https, string no, string? expected)
    {
        var proxy = Proxies.ByEnvironment(new Uri(server), name => name switch
        {
            "HTTPS_PROXY" => https,
            "no_proxy" => no,
            _ => null,
        });

        Assert.Equal(expected, proxy?.Address?.AbsoluteUri);
        Assert.Equal(https.Contains("me:", StringComparison.Ordinal) ? "a@b" : null, (proxy?.Credentials as NetworkCredential)?.Password);
    }

    [Fact]
    public void What_is_no_proxy_is_told_without_repeating_it()
    {
        var failure = Assert.Throws<InvalidDataException>(
            () => Proxies.ByEnvironment(new Uri("https://api.example"), name => name == "https_proxy" ? "http://me:s3cret@:x" : null));

        Assert.Equal("HTTPS_PROXY in the environment is not a URL.", failure.Message);
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_told_without_its_password()
    {
        var endpoint = new ApiEndpoint
        {
            Server = new Uri("https://api.example"),
            Credentials = new Credentials.Token("t0k3n"),
            Proxy = Proxies.At("http://me:s3cret@127.0.0.1:1"),
        };
        using var client = new ApiClient(endpoint);

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => client.GetAsync("/api", TestContext.Current.CancellationToken));
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("t0k3n", failure.ToString() + endpoint, StringComparison.Ordinal);
    }
}
