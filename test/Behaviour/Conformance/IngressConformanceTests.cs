using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Conformance;

// The 30 cases of kubernetes-sigs/ingress-controller-conformance, a class for each of its features. As there, each
// request goes out once, at once, and without a second try.

/// <summary>An Ingress with only a default backend.</summary>
public sealed class DefaultBackendFeature(DefaultBackendFeature.Given given) : IClassFixture<DefaultBackendFeature.Given>
{
    public sealed class Given() : Scenario("echo-service")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files => files.Write(
            "default.yaml", Ingress("default-backend", defaultBackend: "echo-service:8080"), EchoService(Pods["echo-service"])));
    }

    [Theory]
    [InlineData("GET", "my-host", "/", Over.Http1)]
    [InlineData("GET", "my-host", "/", Over.Http2)]
    [InlineData("GET", "my-host", "/sub-path", Over.Http1)]
    [InlineData("GET", "my-host", "/sub-path", Over.Http2)]
    [InlineData("POST", "some-host", "/", Over.Http1)]
    [InlineData("POST", "some-host", "/", Over.Http2)]
    [InlineData("PUT", "", "/resource", Over.Http1)]
    [InlineData("PUT", "127.0.0.1", "/resource", Over.Http2)]
    [InlineData("DELETE", "some-host", "/resource", Over.Http1)]
    [InlineData("DELETE", "some-host", "/resource", Over.Http2)]
    [InlineData("PATCH", "my-host", "/resource", Over.Http1)]
    [InlineData("PATCH", "my-host", "/resource", Over.Http2)]
    public async Task Every_request_reaches_the_default_backend(string method, string host, string path, Over over)
    {
        var response = await given.Sluice.SendAsync(over, method, host, path);

        Assert.Equal(200, response.Status);
        Assert.All(["Content-Length", "Content-Type", "Date", "Server"], header => Assert.NotNull(response[header]));
        var echo = response.Echo;
        Assert.Equal(("echo-service", method, path, "HTTP/1.1"), (echo.Pod, echo.Method, echo.Target, echo.Protocol));
    }

    [Fact]
    public async Task The_user_agent_reaches_the_default_backend()
    {
        var response = await given.Sluice.GetAsync("my-host", "/", "User-Agent: Go-http-client/1.1");

        Assert.Equal("Go-http-client/1.1", response.Echo["User-Agent"]);
    }

    internal static string EchoService(params IReadOnlyList<EchoPod> pods) =>
        Service("echo-service", ports: ["{port: 8080}"]) + SliceOf("echo-service", pods);
}

/// <summary>Host rules: an exact host with TLS, and a wildcard.</summary>
public sealed class HostRulesFeature(HostRulesFeature.Given given) : IClassFixture<HostRulesFeature.Given>
{
    public sealed class Given() : Scenario("wildcard-foo-com", "foo-bar-com")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("secret.yaml", Secret("conformance-tls", TestCertificate.Rsa("foo.bar.com")));
            files.Write(
                "services.yaml",
                Service("wildcard-foo-com", ports: ["{port: 8080}"]),
                SliceOf("wildcard-foo-com", Pods["wildcard-foo-com"]),
                Service("foo-bar-com", ports: ["{name: http, port: 80, targetPort: 3000}"]),
                Slice("foo-bar-com", Pods["foo-bar-com"].Port, [new EndpointAt(Pods["foo-bar-com"].Address.ToString())], portName: "http"));
            files.Write("ingress.yaml", Ingress(
                "host-rules",
                [Rule("*.foo.com", Prefix("/", "wildcard-foo-com:8080")), Rule("foo.bar.com", Prefix("/", "foo-bar-com:http"))],
                tls: [("conformance-tls", ["foo.bar.com"])]));
        });
    }

    [Theory]
    [InlineData(Over.Http1)]
    [InlineData(Over.Http2)]
    public async Task Https_serves_the_certificate_of_the_host_and_reaches_its_service(Over over)
    {
        var handshake = await TlsClient.HandshakeAsync(given.Sluice.HttpsPort, "foo.bar.com");
        var response = await SecureAsync(over, "/");

        Assert.Equal("foo.bar.com", handshake.Names[0]);
        Assert.Equal(("foo-bar-com", "foo.bar.com"), (response.Outcome, response.Echo["Host"]));
    }

    [Theory]
    [InlineData(Over.Http1)]
    [InlineData(Over.Http2)]
    public async Task Http_reaches_the_service_when_the_client_follows_the_redirect(Over over)
    {
        var redirect = await given.Sluice.SendAsync(over, "GET", "foo.bar.com", "/");
        Assert.Equal((308, $"https://foo.bar.com:{given.Sluice.HttpsPort}/"), (redirect.Status, redirect["Location"]));
        var response = await SecureAsync(over, "/");

        Assert.Equal(("foo-bar-com", "foo.bar.com"), (response.Outcome, response.Echo["Host"]));
    }

    [Theory]
    [InlineData("subdomain.bar.com", Over.Http1)]
    [InlineData("subdomain.bar.com", Over.Http2)]
    [InlineData("baz.bar.foo.com", Over.Http1)]
    [InlineData("baz.bar.foo.com", Over.Http2)]
    [InlineData("foo.com", Over.Http1)]
    [InlineData("foo.com", Over.Http2)]
    public async Task A_host_that_no_rule_covers_gets_404(string host, Over over) =>
        Assert.Equal("404", (await given.Sluice.SendAsync(over, "GET", host, "/")).Outcome);

    [Theory]
    [InlineData(Over.Http1)]
    [InlineData(Over.Http2)]
    public async Task A_wildcard_covers_one_label(Over over)
    {
        var response = await given.Sluice.SendAsync(over, "GET", "bar.foo.com", "/");

        Assert.Equal(("wildcard-foo-com", "bar.foo.com"), (response.Outcome, response.Echo["Host"]));
    }

    private Task<Response> SecureAsync(Over over, string path) => over == Over.Http2
        ? given.Sluice.Http2Tls.GetAsync("foo.bar.com", path)
        : given.Sluice.GetTlsAsync("foo.bar.com", path);
}

/// <summary>An Ingress of a class that is not ours.</summary>
public sealed class IngressClassFeature(IngressClassFeature.Given given) : IClassFixture<IngressClassFeature.Given>
{
    public sealed class Given() : Scenario("echo-service")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files => files.Write(
            "services.yaml", DefaultBackendFeature.EchoService(Pods["echo-service"])));
    }

    [Theory]
    [InlineData(Over.Http1)]
    [InlineData(Over.Http2)]
    public async Task An_Ingress_of_an_invalid_class_is_not_served(Over over)
    {
        var change = await given.Sluice.ApplyAsync(files => files.Write("ingress.yaml", Ingress(
            "test-ingress-class",
            [Rule("test-ingress-class", Prefix("/test", "echo-service:8080"))],
            className: "some-invalid-class-name")));
        var response = await given.Sluice.SendAsync(over, "GET", "test-ingress-class", "/test");

        Assert.Equal((ChangeKind.Nothing, "404"), (change.Kind, response.Outcome));
    }
}

/// <summary>A Service that is scaled up.</summary>
public sealed class LoadBalancingFeature(LoadBalancingFeature.Given given) : IClassFixture<LoadBalancingFeature.Given>
{
    public sealed class Given() : Scenario([.. Enumerable.Range(0, 10).Select(number => $"echo-{number}")])
    {
        protected override async Task GivenAsync()
        {
            await Sluice.ApplyAsync(files =>
            {
                files.Write("ingress.yaml", Ingress("default-backend", defaultBackend: "echo-service:8080"));
                files.Write("service.yaml", DefaultBackendFeature.EchoService(Pods["echo-0"]));
            });
            await Sluice.ApplyAsync(files => files.Write("service.yaml", DefaultBackendFeature.EchoService([.. Pods.All])));
        }
    }

    [Theory]
    [InlineData(Over.Http1)]
    [InlineData(Over.Http2)]
    public async Task A_hundred_requests_reach_all_of_ten_pods(Over over)
    {
        var answered = new HashSet<string>(StringComparer.Ordinal);
        for (var request = 0; request < 100; request++)
        {
            answered.Add((await given.Sluice.SendAsync(over, "GET", "load-balancing", "/")).Outcome);
        }

        Assert.Equal(given.Pods.All.Select(pod => pod.Name).Order(StringComparer.Ordinal), answered.Order(StringComparer.Ordinal));
    }
}

/// <summary>Path rules of the types Exact and Prefix, alone and together.</summary>
public sealed class PathRulesFeature(PathRulesFeature.Given given) : IClassFixture<PathRulesFeature.Given>
{
    public sealed class Given() : Scenario(
        "foo-exact", "foo-prefix", "aaa-slash-bbb-prefix", "aaa-prefix", "aaa-slash-bbb-slash-prefix", "foo-slash-exact")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(Pods.All));
            files.Write("ingress.yaml", Ingress("path-rules",
            [
                Rule("exact-path-rules", Exact("/foo", "foo-exact")),
                Rule("prefix-path-rules",
                    Prefix("/foo", "foo-prefix"), Prefix("/aaa/bbb", "aaa-slash-bbb-prefix"), Prefix("/aaa", "aaa-prefix")),
                Rule("mixed-path-rules", Prefix("/foo", "foo-prefix"), Exact("/foo", "foo-exact")),
                Rule("trailing-slash-path-rules", Prefix("/aaa/bbb/", "aaa-slash-bbb-slash-prefix"), Exact("/foo/", "foo-slash-exact")),
            ]));
        });
    }

    public static TheoryData<string, string, string, Over> Cases { get; } = OverBoth(
        ("exact-path-rules", "/foo", "foo-exact"),
        ("exact-path-rules", "/foo/", "404"),
        ("exact-path-rules", "/FOO", "404"),
        ("exact-path-rules", "/bar", "404"),
        ("prefix-path-rules", "/foo", "foo-prefix"),
        ("prefix-path-rules", "/foo/", "foo-prefix"),
        ("prefix-path-rules", "/FOO", "404"),
        ("prefix-path-rules", "/aaa/bbb", "aaa-slash-bbb-prefix"),
        ("prefix-path-rules", "/aaa/bbb/ccc", "aaa-slash-bbb-prefix"),
        ("prefix-path-rules", "/aaa/ccc", "aaa-prefix"),
        ("prefix-path-rules", "/aaaccc", "404"),
        // The suite lists /foo/ twice; here once more with a query.
        ("prefix-path-rules", "/foo/?again=1", "foo-prefix"),
        ("mixed-path-rules", "/foo", "foo-exact"),
        ("trailing-slash-path-rules", "/aaa/bbb", "aaa-slash-bbb-slash-prefix"),
        ("trailing-slash-path-rules", "/aaa/bbb/", "aaa-slash-bbb-slash-prefix"),
        ("trailing-slash-path-rules", "/foo", "404"));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_path_reaches_the_service_of_its_rule(string host, string path, string expected, Over over) =>
        Assert.Equal(expected, (await given.Sluice.SendAsync(over, "GET", host, path)).Outcome);

    private static TheoryData<string, string, string, Over> OverBoth(params IEnumerable<(string Host, string Path, string Expected)> cases)
    {
        var data = new TheoryData<string, string, string, Over>();
        foreach (var (host, path, expected) in cases)
        {
            data.Add(host, path, expected, Over.Http1);
            data.Add(host, path, expected, Over.Http2);
        }

        return data;
    }
}
