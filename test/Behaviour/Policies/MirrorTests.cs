using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Copies of requests for another Service: mirror-to and mirror-percent.</summary>
public sealed class MirrorTests
{
    [Fact]
    public async Task Another_Service_gets_a_copy_of_each_request_as_the_setting_comes_and_goes()
    {
        await using var site = await PolicySite.StartAsync("app", "shadow");
        await site.PutAsync(ServiceOf("shadow", site.Pods["shadow"]));
        await site.AnnotateAsync(("sluice.dev/mirror-to", "shadow"));
        var worker = await site.Sluice.Master.WorkerPidAsync();

        Assert.Equal("app", await site.AskAsync("/a/../b//c?x=%20y", "X-Team: shop", "Sluice-Mirror-To: unavailable"));
        var copy = await site.Pods.LastAsync("shadow", "/b/c");
        Assert.Equal(("GET", "/b/c?x=%20y", "shop", null), (copy.Method, copy.Target, copy["x-team"], copy["sluice-mirror-to"]));
        Assert.Equal((PolicySite.Host, (await site.Pods.LastAsync("app", "/b/c"))["x-request-id"]), (copy["host"], copy["x-request-id"]));

        await using var client = new RawHttp(site.Sluice.HttpPort);
        Assert.Equal("app", (await client.SendAsync("POST", "/post", PolicySite.Host, ["Content-Type: text/x-test"], new byte[5000])).Outcome);
        copy = await site.Pods.LastAsync("shadow", "/post");
        Assert.Equal(("POST", 5000, "text/x-test"), (copy.Method, copy.BodyLength, copy["content-type"]));
        Assert.Equal("app", (await client.SendAsync("POST", "/post", PolicySite.Host, [], new byte[9000])).Outcome);

        await site.AnnotateAsync(("sluice.dev/mirror-to", "shadow:80"), ("sluice.dev/mirror-percent", "20"));
        await AskAsync(client, 100);
        await UntilAsync(site, 4 + 1 + 120);

        await site.AnnotateAsync();
        await AskAsync(client, 10);
        await site.AnnotateAsync(("sluice.dev/mirror-to", "shadow"));
        await AskAsync(client, 1);
        await UntilAsync(site, 125 + 10 + 2);
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
    }

    [Fact]
    public async Task A_Service_that_speaks_HTTP2_gets_copies_in_it()
    {
        var shadow = IPAddress.Parse("127.0.0.2");
        await using var site = await PolicySite.StartAsync(await EchoPods.StartAsync(
            [("app", IPAddress.Loopback), ("shadow", shadow)], listen => listen.Protocols = listen.IPEndPoint!.Address.Equals(shadow) ? HttpProtocols.Http2 : HttpProtocols.Http1));
        await site.PutAsync(Service("shadow", [("sluice.dev/server-proto", "h2")]), SliceOf("shadow", site.Pods["shadow"]));
        await site.AnnotateAsync(("sluice.dev/mirror-to", "shadow"));

        Assert.Equal("app", await site.AskAsync("/a?b=c"));
        var copy = await site.Pods.LastAsync("shadow", "/a");
        Assert.Equal(("HTTP/2", "/a?b=c", PolicySite.Host), (copy.Protocol, copy.Target, copy["host"]));
    }

    [Fact]
    public async Task A_Service_that_hangs_or_is_not_there_holds_up_nobody()
    {
        await using var site = await PolicySite.StartAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await site.PutAsync(Service("silent"), Slice("silent", ((IPEndPoint)silent.LocalEndpoint).Port, [new EndpointAt("127.0.0.1")]));
        await site.AnnotateAsync(("sluice.dev/mirror-to", "silent"));

        await using var client = new RawHttp(site.Sluice.HttpPort);
        await AskAsync(client, 200);
        using var copy = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        var change = await site.AnnotateAsync(("sluice.dev/mirror-to", "nobody"));
        Assert.Equal((FindingCode.ServiceNotFound, "metadata.annotations[sluice.dev/mirror-to]"), Assert.Single(change.Findings.Select(finding => (finding.Code, finding.Field))));
        Assert.Equal("app", await site.AskAsync());
        change = await site.AnnotateAsync(("sluice.dev/mirror-to", "other/shadow"));
        Assert.Equal(FindingCode.InvalidSetting, Assert.Single(change.Findings).Code);
        Assert.Equal("app", await site.AskAsync());
    }

    [Fact]
    public async Task A_body_that_comes_slowly_is_passed_on_as_it_comes_and_is_not_copied()
    {
        await using var site = await PolicySite.StartAsync("app", "shadow");
        await site.PutAsync(ServiceOf("shadow", site.Pods["shadow"]));
        await site.AnnotateAsync(("sluice.dev/mirror-to", "shadow"));
        await using var client = await RawConnection.OpenAsync(site.Sluice.HttpPort);

        await client.WriteAsync($"POST /slow HTTP/1.1\r\nHost: {PolicySite.Host}\r\nContent-Length: 10\r\n\r\nbegin");
        await UntilAsync(site, 1);
        await client.WriteAsync("- end");
        Assert.Equal(("app", 10L), Served(await client.ReadAsync("POST")));
        await client.WriteAsync($"POST /parts HTTP/1.1\r\nHost: {PolicySite.Host}\r\nContent-Length: 5\r\n\r\n");
        await client.WriteAsync("whole");
        Assert.Equal(("app", 5L), Served(await client.ReadAsync("POST")));

        Assert.Equal(5L, (await site.Pods.LastAsync("shadow", "/parts")).BodyLength);
        await UntilAsync(site, 1 + 2);

        static (string, long) Served(Response response) => (response.Outcome, response.Echo.BodyLength);
    }

    [Fact]
    public async Task An_agent_that_hangs_holds_up_nobody()
    {
        await using var site = await PolicySite.StartAsync("app", "shadow");
        await site.PutAsync(ServiceOf("shadow", site.Pods["shadow"]));
        await site.AnnotateAsync(("sluice.dev/mirror-to", "shadow"));
        await using var client = new RawHttp(site.Sluice.HttpPort);
        await AskAsync(client, 1);
        await UntilAsync(site, 2);
        var agent = site.AgentPid();

        await ProcessSignal.SendAsync("STOP", agent);
        var since = Stopwatch.GetTimestamp();
        await AskAsync(client, 3);
        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, 0, 2);
        await ProcessSignal.SendAsync("CONT", agent);
    }

    // Each request comes to a pod, and each copy.
    private static async Task UntilAsync(PolicySite site, int requests)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        while (site.Pods.Requests < requests)
        {
            await Task.Delay(5, patience.Token);
        }

        Assert.Equal(requests, site.Pods.Requests);
    }

    private static async Task AskAsync(RawHttp client, int count)
    {
        for (var request = 0; request < count; request++)
        {
            Assert.Equal("app", (await client.GetAsync(PolicySite.Host, "/")).Outcome);
        }
    }
}
