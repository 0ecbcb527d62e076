using System.Net;
using System.Net.Security;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>What holds for all, as the ConfigMap of haproxy.org names it.</summary>
public sealed class GlobalTests
{
    [Fact]
    public async Task The_ConfigMap_of_haproxy_org_is_read()
    {
        await using var site = await PolicySite.StartAsync();
        Assert.Equal(1, await ConnectionsAsync(site));
        Assert.Equal(404, (await AskNobodyAsync(site)).Status);

        var change = await site.ConfigureAsync(
            ("nbthread", "2"), ("http-server-close", "true"), ("maxconn", "1500"), ("default-backend-service", "default/app"), ("dontlognull", "on"));
        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.Equal((FindingCode.NeedlessSetting, "data[dontlognull]"), Assert.Single(change.Findings) is var told ? (told.Code, told.Field) : default);
        Assert.Equal(2, await ConnectionsAsync(site));
        Assert.Equal("app", (await AskNobodyAsync(site)).Outcome);
        var facts = (await site.AskHaproxyAsync("show info")).Split('\n');
        Assert.Contains("Nbthread: 2", facts);
        Assert.Contains(facts, line => line.StartsWith("Maxconn: 15", StringComparison.Ordinal) || line.StartsWith("Maxconn: 14", StringComparison.Ordinal));

        change = await site.ConfigureAsync(("nbthread", "2"), ("http-connection-mode", "close"), ("default-backend", "default/gone"));
        Assert.Equal(
            [(FindingCode.ServiceNotFound, "data[default-backend]"), (FindingCode.InvalidSetting, "data[http-connection-mode]")],
            change.Findings.Select(finding => (finding.Code, finding.Field)).OrderBy(told => told.Field, StringComparer.Ordinal));
        Assert.Equal(1, await ConnectionsAsync(site));
        Assert.Equal(503, (await AskNobodyAsync(site)).Status);
    }

    [Fact]
    public async Task Load_balancers_tell_who_the_client_is_before_the_first_request()
    {
        await using var site = await PolicySite.StartAsync();
        var change = await site.ConfigureAsync(("proxy-protocol", "127.0.0.2, 192.0.2.0/24"));
        Assert.Equal((ChangeKind.Reload, 0), (change.Kind, change.Findings.Count));
        Assert.Equal("192.0.2.7", (await ToldAsync(site, "127.0.0.2")).Echo["X-Forwarded-For"]);
        Assert.Equal(400, (await ToldAsync(site, "127.0.0.1")).Status);
        Assert.Equal("127.0.0.1", (await site.GetAsync()).Echo["X-Forwarded-For"]);
        await site.AnnotateAsync(("sluice.dev/deny-list", "192.0.2.7"));
        Assert.Equal(403, (await ToldAsync(site, "127.0.0.2")).Status);

        change = await site.ConfigureAsync(("proxy-protocol", "lb.example.com"));
        Assert.Equal((ChangeKind.Reload, "data[proxy-protocol]"), (change.Kind, Assert.Single(change.Findings).Field));
        Assert.Equal("app", await site.AskFromAsync("127.0.0.2"));
    }

    [Fact]
    public async Task Clients_choose_one_of_the_protocols_that_are_set()
    {
        await using var site = await PolicySite.StartAsync();
        Assert.Equal("h2", await ChosenAsync(site));
        Assert.Equal(ChangeKind.Reload, (await site.ConfigureAsync(("tls-alpn", "http/1.1"))).Kind);
        Assert.Equal("http/1.1", await ChosenAsync(site));
        Assert.Equal("data[tls-alpn]", Assert.Single((await site.ConfigureAsync(("tls-alpn", "spdy"))).Findings).Field);
        Assert.Equal("h2", await ChosenAsync(site));
    }

    private static async Task<string> ChosenAsync(PolicySite site) => (await TlsClient.HandshakeAsync(
        site.Sluice.HttpsPort, PolicySite.Host, options => options.ApplicationProtocols = [SslApplicationProtocol.Http11, SslApplicationProtocol.Http2])).Alpn;

    private static async Task<Response> ToldAsync(PolicySite site, string from)
    {
        await using var connection = await RawConnection.OpenAsync(site.Sluice.HttpPort, IPAddress.Parse(from));
        await connection.WriteAsync("PROXY TCP4 192.0.2.7 127.0.0.1 1000 80\r\nGET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
        return await connection.ReadAsync("GET");
    }

    private static async Task<Response> AskNobodyAsync(PolicySite site)
    {
        await using var client = new RawHttp(site.Sluice.HttpPort);
        return await client.GetAsync("nobody.test", "/");
    }

    // How many connections to the pod two requests of one client take.
    private static async Task<int> ConnectionsAsync(PolicySite site)
    {
        var before = site.Pods.Connections;
        await using var client = new RawHttp(site.Sluice.HttpPort);
        Assert.Equal("app", (await client.GetAsync(PolicySite.Host, "/")).Outcome);
        Assert.Equal("app", (await client.GetAsync(PolicySite.Host, "/")).Outcome);
        return site.Pods.Connections - before;
    }
}
