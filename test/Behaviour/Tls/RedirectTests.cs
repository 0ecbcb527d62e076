using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Tls;

/// <summary>Who is sent from http to https, and where to.</summary>
public sealed class RedirectTests(RedirectTests.Given given) : IClassFixture<RedirectTests.Given>
{
    public sealed class Given() : Scenario("app")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(Pods.All), Secret("tls", TestCertificate.Ecdsa("*.secure.test")));
            files.Write("ingress.yaml", SecureIngress("secure", "a.secure.test"), SecureIngress("wild", "*.secure.test"));
            files.Write("plain.yaml", Site("plain", "plain.test", "app"));
        });
    }

    internal static string SecureIngress(string name, string host, params IEnumerable<(string, string)> annotations) =>
        Ingress(name, [Rule(host, Prefix("/", "app"))], tls: [("tls", [host])], annotations: annotations);

    [Theory]
    [InlineData("GET", "a.secure.test", "/")]
    [InlineData("GET", "a.secure.test", "/deep/path?x=1&y=%20")]
    [InlineData("POST", "a.secure.test", "/")]
    [InlineData("GET", "b.secure.test", "/")]
    public async Task A_host_with_tls_is_redirected_to_the_https_port(string method, string host, string target)
    {
        var response = await given.Sluice.SendAsync(Over.Http1, method, host, target);

        Assert.Equal((308, $"https://{host}:{given.Sluice.HttpsPort}{target}"), (response.Status, response["Location"]));
    }

    [Fact]
    public async Task The_port_of_the_request_does_not_stay_in_the_location()
    {
        var response = await given.Sluice.GetAsync($"a.secure.test:{given.Sluice.HttpPort}", "/x");

        Assert.Equal((308, $"https://a.secure.test:{given.Sluice.HttpsPort}/x"), (response.Status, response["Location"]));
    }

    [Fact]
    public async Task Https_itself_is_not_redirected() =>
        Assert.Equal("app", (await given.Sluice.GetTlsAsync("a.secure.test", "/")).Outcome);

    [Fact]
    public async Task A_host_without_tls_is_served_on_both_ports()
    {
        Assert.Equal("app", (await given.Sluice.GetAsync("plain.test", "/")).Outcome);
        Assert.Equal("app", (await given.Sluice.GetTlsAsync("plain.test", "/")).Outcome);
    }

    [Fact]
    public async Task The_annotation_of_an_Ingress_switches_the_redirect_off_and_on()
    {
        foreach (var (value, expected) in (IEnumerable<(string, string)>)[("true", "308"), ("false", "app"), ("true", "308")])
        {
            var change = await given.Sluice.ApplyAsync(files =>
                files.Write("switch.yaml", SecureIngress("switch", "switch.test", ("sluice.dev/ssl-redirect", value))));

            Assert.Equal(ChangeKind.Runtime, change.Kind);
            Assert.Equal(expected, (await given.Sluice.GetAsync("switch.test", "/")).Outcome);
        }
    }

    [Fact]
    public async Task A_host_without_tls_is_redirected_where_that_is_asked_for()
    {
        foreach (var (annotations, status, port) in (IEnumerable<((string, string)[], int, string)>)
        [
            ([("haproxy.org/ssl-redirect", "true")], 302, $":{given.Sluice.HttpsPort}"),
            ([("haproxy.org/ssl-redirect", "true"), ("haproxy.org/ssl-redirect-code", "301"), ("haproxy.org/ssl-redirect-port", "443")], 301, ":443"),
            ([("sluice.dev/force-ssl-redirect", "true"), ("sluice.dev/ssl-redirect-port", "9443")], 308, ":9443"),
            ([("sluice.dev/force-ssl-redirect", "true"), ("haproxy.org/ssl-redirect", "false")], 200, ""),
            ([("sluice.dev/ssl-redirect", "true"), ("haproxy.org/ssl-redirect", "true")], 200, ""),
            ([("haproxy.org/ssl-redirect", "true"), ("sluice.dev/force-ssl-redirect", "false")], 200, ""),
        ])
        {
            var change = await given.Sluice.ApplyAsync(files => files.Write("forced.yaml", Ingress("forced", [Rule("forced.test", Prefix("/", "app"))], annotations: annotations)));
            Assert.Equal((false, 0), (change.Kind == ChangeKind.Reload, change.Findings.Count(finding => finding.Code != FindingCode.OverruledSetting && finding.Object.ToString().Contains("forced", StringComparison.Ordinal))));
            var response = await given.Sluice.GetAsync("forced.test", "/x?y");
            Assert.Equal((status, status == 200 ? null : $"https://forced.test{port}/x?y"), (response.Status, response["Location"]));
        }

        Assert.Equal("app", (await given.Sluice.GetTlsAsync("forced.test", "/")).Outcome);
    }

    [Fact]
    public async Task The_status_of_the_redirect_can_be_chosen()
    {
        foreach (var (key, value, expected) in (IEnumerable<(string, string, int)>)
            [("sluice.dev", "301", 301), ("haproxy.org", "302", 302), ("sluice.dev", "303", 303), ("sluice.dev", "307", 307), ("sluice.dev", "309", 308)])
        {
            var change = await given.Sluice.ApplyAsync(files =>
                files.Write("code.yaml", SecureIngress("code", "code.secure.test", ($"{key}/ssl-redirect-code", value))));

            Assert.Equal(ChangeKind.Runtime, change.Kind);
            Assert.Equal(value == "309", change.Findings.Any(finding => finding.Field == "metadata.annotations[sluice.dev/ssl-redirect-code]"));
            var response = await given.Sluice.GetAsync("code.secure.test", "/x?y=1");
            Assert.Equal((expected, $"https://code.secure.test:{given.Sluice.HttpsPort}/x?y=1"), (response.Status, response["Location"]));
        }
    }

    [Fact]
    public async Task A_host_is_redirected_as_soon_as_it_has_tls_and_no_longer_when_it_has_none()
    {
        var without = Site("became", "became.test", "app");
        var with = SecureIngress("became", "became.test");
        foreach (var (manifest, expected) in (IEnumerable<(string, string)>)[(without, "app"), (with, "308"), (without, "app")])
        {
            await given.Sluice.ApplyAsync(files => files.Write("became.yaml", manifest));

            Assert.Equal(expected, (await given.Sluice.GetAsync("became.test", "/")).Outcome);
        }
    }
}

/// <summary>The redirect where the settings differ from the usual.</summary>
public sealed class RedirectSettingTests
{
    [Fact]
    public async Task The_ConfigMap_switches_the_redirect_off_and_an_annotation_on_again()
    {
        await using var pods = await EchoPods.StartAsync("app");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write(
            "all.yaml",
            Settings(("ssl-redirect", "false")),
            ServiceForEach(pods.All),
            RedirectTests.SecureIngress("off", "off.test"),
            RedirectTests.SecureIngress("on", "on.test", ("sluice.dev/ssl-redirect", "true"))));

        Assert.Equal("app", (await sluice.GetAsync("off.test", "/")).Outcome);
        Assert.Equal("308", (await sluice.GetAsync("on.test", "/")).Outcome);
    }

    [Theory]
    [InlineData(443, "https://a.test/x")]
    [InlineData(9443, "https://a.test:9443/x")]
    public async Task The_location_names_the_port_that_clients_use(int port, string expected)
    {
        await using var sluice = await RunningSluice.StartAsync(
            files => files.Write("a.yaml", RedirectTests.SecureIngress("a", "a.test")),
            settings => settings with { PublicHttpsPort = port });

        Assert.Equal(expected, (await sluice.GetAsync("a.test", "/x"))["Location"]);
    }
}
