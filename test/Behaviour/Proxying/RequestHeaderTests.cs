using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Proxying;

/// <summary>What a pod is told about the client, by a client that nobody trusts.</summary>
public sealed class RequestHeaderTests(RequestHeaderTests.Given given) : IClassFixture<RequestHeaderTests.Given>
{
    public sealed class Given() : Scenario("app")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files => files.Write(
            "app.yaml", Site("app", "app.test", "app"), ServiceForEach(Pods.All)));
    }

    internal static readonly string[] Forged =
    [
        "X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 203.0.113.8", "X-Forwarded-Proto: gopher", "X-Forwarded-Host: evil.test",
        "X-Forwarded-Port: 1", "X-Real-IP: 203.0.113.9", "X-Request-ID: forged",
    ];

    [Fact]
    public async Task The_pod_is_told_who_asked_for_what()
    {
        var echo = (await given.Sluice.GetAsync("app.test", "/")).Echo;

        AssertDescribed(echo, "http", given.Sluice.HttpPort);
    }

    [Fact]
    public async Task The_pod_is_told_that_the_client_used_https()
    {
        var echo = (await given.Sluice.GetTlsAsync("app.test", "/")).Echo;

        AssertDescribed(echo, "https", given.Sluice.HttpsPort);
    }

    [Fact]
    public async Task The_pod_is_told_the_same_over_http2()
    {
        AssertDescribed((await given.Sluice.Http2.GetAsync("app.test", "/")).Echo, "http", given.Sluice.HttpPort);
        AssertDescribed((await given.Sluice.Http2Tls.GetAsync("app.test", "/")).Echo, "https", given.Sluice.HttpsPort);
    }

    [Fact]
    public async Task What_the_client_says_about_itself_is_dropped()
    {
        var echo = (await given.Sluice.GetAsync("app.test", "/", Forged)).Echo;

        AssertDescribed(echo, "http", given.Sluice.HttpPort);
    }

    [Fact]
    public async Task Nor_can_it_say_so_by_names_that_pods_take_for_the_same()
    {
        string[] twins = ["x_forwarded_for", "x-forwarded_proto", "x.real.ip", "x_request_id"];

        var echo = (await given.Sluice.GetAsync("app.test", "/", [.. twins.Select(name => $"{name}: forged"), "X_Other: 1"])).Echo;

        AssertDescribed(echo, "http", given.Sluice.HttpPort);
        Assert.Equal(["x_other"], echo.Headers.Keys.Where(name => name[0] == 'x' && name.AsSpan().ContainsAny('_', '.')));
    }

    [Fact]
    public async Task A_client_cannot_have_the_headers_removed_by_naming_them_in_Connection()
    {
        var echo = (await given.Sluice.GetAsync("app.test", "/", "Connection: keep-alive, X-Forwarded-For, X-Real-IP, X-Request-ID")).Echo;

        AssertDescribed(echo, "http", given.Sluice.HttpPort);
    }

    [Fact]
    public async Task Each_request_has_an_id_of_its_own()
    {
        var first = (await given.Sluice.GetAsync("app.test", "/")).Echo["X-Request-ID"];
        var second = (await given.Sluice.GetAsync("app.test", "/")).Echo["X-Request-ID"];

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task The_host_and_other_headers_reach_the_pod_as_they_were_sent()
    {
        var echo = (await given.Sluice.GetAsync("App.test:8080", "/", "Cookie: a=b", "Accept: x/y", "X-Own: 1", "X-Own: 2")).Echo;

        Assert.Equal(("App.test:8080", "a=b", "x/y", "1, 2"), (echo["Host"], echo["Cookie"], echo["Accept"], echo["X-Own"]));
    }

    [Theory]
    [InlineData("/a/b?x=%2F&y=a+b", "/a/b?x=%2F&y=a+b")]
    [InlineData("/a;b=c/d:e@f", "/a;b=c/d:e@f")]
    [InlineData("/caf%C3%A9/", "/caf%C3%A9/")]
    [InlineData("/?", "/?")]
    public async Task The_target_reaches_the_pod_as_it_was_sent(string sent, string expected) =>
        Assert.Equal(expected, (await given.Sluice.GetAsync("app.test", sent)).Echo.Target);

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    public async Task The_method_reaches_the_pod(string method) =>
        Assert.Equal(method, (await given.Sluice.SendAsync(Over.Http1, method, "app.test", "/")).Echo.Method);

    internal static void AssertDescribed(Echo echo, string scheme, int port)
    {
        Assert.Equal("127.0.0.1", echo["X-Forwarded-For"]);
        Assert.Equal("127.0.0.1", echo["X-Real-IP"]);
        Assert.Equal(scheme, echo["X-Forwarded-Proto"]);
        Assert.Equal("app.test", echo["X-Forwarded-Host"]);
        Assert.Equal($"{port}", echo["X-Forwarded-Port"]);
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9]+-[0-9]+$", echo["X-Request-ID"]);
    }
}

/// <summary>What a pod is told where a proxy in front of us is trusted.</summary>
public sealed class TrustedProxyTests(TrustedProxyTests.Given given) : IClassFixture<TrustedProxyTests.Given>
{
    public sealed class Given() : Scenario("app")
    {
        protected override async Task GivenAsync()
        {
            await Sluice.ApplyAsync(files => files.Write(
                "app.yaml", Site("app", "app.test", "app"), ServiceForEach(Pods.All)));
            var change = await Sluice.ApplyAsync(files => files.Write("settings.yaml", Settings(("trusted-proxies", "127.0.0.0/8"))));
            Assert.Equal(ChangeKind.Reload, change.Kind);
        }
    }

    [Fact]
    public async Task What_a_trusted_proxy_says_is_kept()
    {
        var echo = (await given.Sluice.GetAsync("app.test", "/", RequestHeaderTests.Forged)).Echo;

        Assert.Equal("203.0.113.7, 203.0.113.8, 127.0.0.1", echo["X-Forwarded-For"]);
        Assert.Equal(("gopher", "evil.test", "1"), (echo["X-Forwarded-Proto"], echo["X-Forwarded-Host"], echo["X-Forwarded-Port"]));
        Assert.Equal(("203.0.113.9", "forged"), (echo["X-Real-IP"], echo["X-Request-ID"]));
    }

    [Theory]
    [InlineData("203.0.113.7, 203.0.113.8", "203.0.113.8")]
    [InlineData("203.0.113.7, unknown", "127.0.0.1")]
    public async Task The_real_address_is_the_one_that_the_trusted_proxy_saw(string forwarded, string address) =>
        Assert.Equal(address, (await given.Sluice.GetAsync("app.test", "/", $"X-Forwarded-For: {forwarded}")).Echo["X-Real-IP"]);

    [Fact]
    public async Task What_a_trusted_proxy_leaves_out_is_added()
    {
        var echo = (await given.Sluice.GetAsync("app.test", "/")).Echo;

        RequestHeaderTests.AssertDescribed(echo, "http", given.Sluice.HttpPort);
    }
}
