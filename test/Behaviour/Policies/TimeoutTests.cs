using System.Net;
using System.Net.Sockets;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>How long things may take on a route.</summary>
public sealed class TimeoutTests
{
    [Fact]
    public async Task A_pod_that_takes_too_long_is_given_up_by_the_nearest_timeout()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("sluice.dev/timeout-server", "200ms"));
        Assert.Equal("504", await site.AskAsync("/?gate=never"));
        Assert.Equal("app", await site.AskAsync());

        await site.AnnotateServiceAsync(("haproxy.org/timeout-server", "1h"));
        var slow = site.AskAsync("/?gate=late");
        await site.Pods.Gates["late"].ArrivalAsync();
        await Task.Delay(400, TestContext.Current.CancellationToken);
        site.Pods.Gates["late"].Open();
        Assert.Equal("app", await slow);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_request_waits_for_a_busy_pod_as_long_as_its_route_says()
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "HAProxy takes these timeouts as data from 3.4 on.");
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateServiceAsync(("sluice.dev/pod-maxconn", "1"), ("haproxy.org/timeout-queue", "150"));
        var first = site.AskAsync("/?gate=busy");
        await site.Pods.Gates["busy"].ArrivalAsync();
        Assert.Equal("503", await site.AskAsync());

        // The nearest counts, of those that can be read.
        Assert.NotEqual(ChangeKind.Reload, (await site.AnnotateAsync(("sluice.dev/timeout-queue", "10s"))).Kind);
        Assert.Equal("503", await site.AskAsync());
        var change = await site.AnnotateServiceAsync(("sluice.dev/pod-maxconn", "1"), ("sluice.dev/timeout-queue", "soon"));
        Assert.Equal("metadata.annotations[sluice.dev/timeout-queue]", Assert.Single(change.Findings).Field);
        var second = site.AskAsync();
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(400, TestContext.Current.CancellationToken)));
        site.Pods.Gates["busy"].Open();
        Assert.Equal(["app", "app"], [await first, await second]);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_connection_to_a_pod_is_given_up_as_soon_as_its_route_says()
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "HAProxy takes these timeouts as data from 3.4 on.");
        await using var site = await PolicySite.StartAsync();

        // Nobody takes connections, and there is no room for more of them to wait.
        var address = IPAddress.Parse("127.0.0.99");
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(address, site.Pods["app"].Port));
        deaf.Listen(0);
        using var waiting = new TcpClient(AddressFamily.InterNetwork);
        await waiting.ConnectAsync((IPEndPoint)deaf.LocalEndPoint!, TestContext.Current.CancellationToken);

        await site.ServeAsync();
        await site.PutAsync(Slice("app", site.Pods["app"].Port, [new EndpointAt("127.0.0.99")], suffix: "2"));
        await site.AnnotateAsync(("haproxy.org/timeout-connect", "100"));
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal("503", await site.AskAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromMilliseconds(90), TimeSpan.FromSeconds(3));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_client_that_falls_silent_is_given_up_as_soon_as_its_route_says()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/timeout-client", "200ms"));

        await using (var silent = await RawConnection.OpenAsync(site.Sluice.HttpPort))
        {
            await silent.WriteAsync("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 10\r\n\r\nhalf");
            Assert.Contains((await silent.ReadAsync("POST")).Status, (int[])[400, 408]);
        }

        await site.AnnotateAsync();
        await using var patient = await RawConnection.OpenAsync(site.Sluice.HttpPort);
        await patient.WriteAsync("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 10\r\n\r\nhalf");
        await Task.Delay(400, TestContext.Current.CancellationToken);
        await patient.WriteAsync("a body");
        Assert.Equal("app", (await patient.ReadAsync("POST")).Outcome);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_check_takes_no_longer_than_it_may()
    {
        await using var site = await PolicySite.StartAsync();
        (string, string)[] checks = [("sluice.dev/check-http", "/?gate=stuck"), ("sluice.dev/check-interval", "1s"), ("sluice.dev/check-fall", "1")];
        var change = await site.AnnotateAsync([.. checks, ("haproxy.org/timeout-check", "150")]);
        Assert.Equal(ChangeKind.Reload, change.Kind);
        await site.Pods.Gates["stuck"].ArrivalAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));
        while (await site.AskAsync() != "503")
        {
            await Task.Delay(20, patience.Token);
        }

        change = await site.AnnotateAsync([.. checks, ("sluice.dev/timeout-check", "0")]);
        Assert.Equal("metadata.annotations[sluice.dev/timeout-check]", Assert.Single(change.Findings).Field);
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal(HaproxyBinary.CanAddBackends ? ChangeKind.Runtime : ChangeKind.Reload, (await site.AnnotateAsync([.. checks, ("sluice.dev/timeout-check", "150ms")])).Kind);
    }
}
