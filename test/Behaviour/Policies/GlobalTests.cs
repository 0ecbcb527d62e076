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
