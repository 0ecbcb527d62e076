using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Checks of HAProxy's own, beside readiness.</summary>
public sealed class CheckTests
{
    private static readonly (string, string)[] Quick = [("sluice.dev/check-interval", "30ms"), ("sluice.dev/check-rise", "1"), ("sluice.dev/check-fall", "1")];

    [Fact]
    public async Task A_pod_that_takes_no_connections_is_left_out_and_that_is_no_drift()
    {
        await using var site = await PolicySite.StartAsync("app", "gone");
        await site.ServeAsync("app", "gone");
        await site.AnnotateAsync([("haproxy.org/check", "true"), .. Quick]);
        await StatesAsync(site, "2", "2");

        // One address more, at which nobody listens.
        await site.PutAsync(Slice("app", site.Pods["app"].Port, [new EndpointAt("127.0.0.99")], suffix: "2"));
        await StatesAsync(site, "2", "2", "0");

        // Read back several times by now: HAProxy was not told to bring it back, or the site fails when it ends.
        await Task.Delay(300, TestContext.Current.CancellationToken);
        await StatesAsync(site, "2", "2", "0");
        await site.PutAsync();
        await StatesAsync(site, "2", "2");
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Pods_are_asked_as_it_is_set_and_those_that_are_not_well_get_no_requests()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync([("sluice.dev/check-http", "/?gate=seen"), .. Quick]);
        await site.Pods.Gates["seen"].ArrivalAsync();

        await site.AnnotateAsync([("sluice.dev/check-http", "GET /?status=500"), .. Quick]);
        await StatesAsync(site, "0");
        Assert.Equal("503", await site.AskAsync());
        await site.AnnotateAsync([("sluice.dev/check-http", "/"), ("sluice.dev/check-host", "app.test"), .. Quick]);
        Assert.Equal("app", await site.AskAsync());
        await StatesAsync(site, "2");
        await site.SameWorkerAsync();

        var change = await site.AnnotateAsync([("haproxy.org/check-http", "HEAD /?status=404"), ("sluice.dev/check-status", "200,400-404"), .. Quick]);
        Assert.Equal(ChangeKind.Reload, change.Kind);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        await StatesAsync(site, "2");

        change = await site.AnnotateAsync(("sluice.dev/check-http", "GET no path"), ("sluice.dev/check-status", "404-400"));
        RuntimeChanges.AssertKind(change);
        Assert.Equal(
            ["metadata.annotations[sluice.dev/check-http]", "metadata.annotations[sluice.dev/check-status]"], change.Findings.Select(finding => finding.Field));
        Assert.Equal("app", await site.AskAsync());
    }

    [Theory]
    [InlineData("check-port 9", "was checked at another port")]
    [InlineData("agent-addr 127.0.0.9", "was looked for elsewhere")]
    [InlineData("agent-addr 127.0.0.1 port 9", "was looked for elsewhere")]
    [InlineData("ssl off", "was spoken to without TLS")]
    public async Task What_somebody_changes_of_a_server_is_put_right(string command, string saying)
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/check", "true"), ("sluice.dev/agent-check-port", $"{Ports.Free()}"), ("sluice.dev/server-ssl", "true"));

        // Of a server that was added at run time HAProxy lets nobody switch TLS.
        await site.ConfigureAsync(("server-header", "false"));
        var worker = await site.Sluice.Master.WorkerPidAsync();
        var server = (await site.AskHaproxyAsync("show servers state")).Split('\n').Select(line => line.Split(' ')).Last(cells => cells.Length > 18 && cells[0] != "#");

        Assert.Contains((await site.Sluice.TamperAsync($"set server {server[1]}/{server[3]} {command}"))[0], (string[])["", "server ssl setting updated."]);

        await site.Sluice.UntilLoggedAsync(saying);
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
    }

    [Fact]
    public async Task A_check_has_the_Host_header_that_stands_behind_its_version_unless_another_is_set()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync([("haproxy.org/check-http", @"GET /named HTTP/1.0\r\nHost:\ Named.test"), .. Quick]);
        Assert.Equal("named.test", (await site.Pods.LastAsync("app", "/named"))["Host"]);
        await site.AnnotateAsync([("sluice.dev/check-http", "/other HTTP/1.1\r\nHost: named.test"), ("sluice.dev/check-host", "other.test"), .. Quick]);
        Assert.Equal("other.test", (await site.Pods.LastAsync("app", "/other"))["Host"]);
        var change = await site.AnnotateAsync(("haproxy.org/check-http", "GET /x HTTP/2"));
        Assert.Equal("metadata.annotations[haproxy.org/check-http]", Assert.Single(change.Findings).Field);
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    // Waits until the site's servers are in these states: 2 is up, 0 is down. HAProxy has no event for it.
    private static async Task StatesAsync(PolicySite site, params string[] expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        string[] states;
        do
        {
            await Task.Delay(10, patience.Token);
            var lines = (await site.AskHaproxyAsync("show servers state")).Split('\n').Select(line => line.Split(' ')).Where(cells => cells.Length > 18 && cells[0] != "#");
            states = [.. lines.Where(cells => cells[7] != "0").OrderBy(cells => cells[3], StringComparer.Ordinal).Select(cells => cells[5])];
        }
        while (!states.SequenceEqual(expected));
    }
}
