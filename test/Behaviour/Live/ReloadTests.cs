using System.Globalization;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>The few changes that take a reload, which must say so, come alone, and lose nothing.</summary>
public sealed class ReloadTests(ReloadTests.Given given) : IClassFixture<ReloadTests.Given>
{
    public sealed class Given() : Scenario("app")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files => files.Write(
            "app.yaml", Site("app", "app.test", "app"), ServiceForEach(Pods.All)));
    }

    [Fact]
    public async Task Other_trusted_proxies_take_one_reload_with_its_reason_and_then_changes_are_made_at_run_time_again()
    {
        var worker = await given.Sluice.Master.WorkerPidAsync();
        await using var slow = await RawConnection.OpenAsync(given.Sluice.HttpPort);
        await slow.WriteAsync("GET", "/?gate=reload", "app.test");
        await given.Pods.Gates["reload"].ArrivalAsync();

        var change = await given.Sluice.ApplyAsync(files => files.Write("settings.yaml", Settings(("trusted-proxies", "127.0.0.0/8"))));

        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.NotEmpty(change.Reasons);
        Assert.NotEqual(worker, await given.Sluice.Master.WorkerPidAsync());
        await using var client = new RawHttp(given.Sluice.HttpPort);
        var forwarded = await client.GetAsync("app.test", "/", "X-Forwarded-For: 203.0.113.7");
        Assert.Equal("203.0.113.7, 127.0.0.1", forwarded.Echo["X-Forwarded-For"]);
        given.Pods.Gates["reload"].Open();
        Assert.Equal("app", (await slow.ReadAsync("GET")).Outcome);

        var next = await given.Sluice.ApplyAsync(files => files.Write("next.yaml", Site("next", "next.test", "app")));
        Assert.Equal(ChangeKind.Runtime, next.Kind);
        Assert.Equal("app", (await client.GetAsync("next.test", "/")).Outcome);

        var same = await given.Sluice.ApplyAsync(files => files.Write("settings.yaml", Settings(("trusted-proxies", "127.0.0.0/8"))));
        Assert.Equal(ChangeKind.Nothing, same.Kind);
    }

    [Fact]
    public async Task A_reload_soon_after_another_waits_for_its_time_and_holds_up_nothing_else()
    {
        await using var pods = await EchoPods.StartAsync("app");
        await using var sluice = await ReloadedJustNowAsync(pods);
        var worker = await sluice.Master.WorkerPidAsync();

        var reload = sluice.AfterAsync(() => Task.CompletedTask, ChangeKind.Reload);
        var change = await sluice.ApplyAsync(files =>
        {
            files.Write("settings.yaml", Settings(("trusted-proxies", "127.0.0.0/8")));
            files.Write("more.yaml", Site("more", "more.test", "app"));
        });

        Assert.Equal(ChangeKind.Runtime, change.Kind);
        Assert.Equal("app", (await sluice.SendAsync(Over.Http1, "GET", "more.test", "/")).Outcome);
        Assert.Equal(worker, await sluice.Master.WorkerPidAsync());

        Assert.Contains("frontend http changed", (await reload).Reasons);
        var forwarded = await sluice.SendAsync(Over.Http1, "GET", "more.test", "/");
        Assert.Equal("app", forwarded.Outcome);
        Assert.NotEqual(worker, await sluice.Master.WorkerPidAsync());
    }

    [Fact]
    public async Task A_repair_by_a_reload_waits_for_its_time_too()
    {
        await using var pods = await EchoPods.StartAsync("app");
        await using var sluice = await ReloadedJustNowAsync(pods);
        var worker = await sluice.Master.WorkerPidAsync();

        await sluice.TamperAsync("shutdown frontend https");
        await sluice.UntilLoggedAsync("a reload waits for its time");
        Assert.Equal(worker, await sluice.Master.WorkerPidAsync());
        Assert.Equal(ChangeKind.Runtime, (await sluice.ApplyAsync(files => files.Write("more.yaml", Site("more", "more.test", "app")))).Kind);

        await sluice.WorkerReplacedAsync(worker);
        Assert.Equal("app", (await sluice.GetTlsAsync("more.test", "/")).Outcome);
    }

    [Fact]
    public async Task Connections_to_a_pod_that_was_removed_end_when_their_time_is_over()
    {
        await using var pods = await EchoPods.StartAsync("one", "two");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write(
            "app.yaml", Site("app", "app.test", "app"), ServiceOf("app", pods["one"]), Settings(("hard-stop-after", "2s"))));
        await using var socket = await WebSocketClient.OpenAsync(sluice.HttpPort, "ws://app.test/");

        await sluice.ApplyAsync(files => files.Write("app.yaml", Site("app", "app.test", "app"), ServiceOf("app", pods["two"]), Settings(("hard-stop-after", "2s"))));

        Assert.Equal("one: still here", await socket.AskAsync("still here"));
        Assert.Equal("two", (await sluice.GetAsync("app.test", "/")).Outcome);
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(socket.UntilClosedAsync);
    }

    [Fact]
    public async Task Counters_go_on_over_a_reload()
    {
        await using var pods = await EchoPods.StartAsync("one", "two");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write("all.yaml", ServiceForEach(pods.All), Site("one", "one.test", "one")));
        await sluice.ApplyAsync(files => files.Write("two.yaml", Site("two", "two.test", "two")));
        for (var request = 0; request < 3; request++)
        {
            Assert.Equal(["one", "two"], [(await sluice.GetAsync("one.test", "/")).Outcome, (await sluice.GetAsync("two.test", "/")).Outcome]);
        }

        var change = await sluice.ApplyAsync(files => files.Write("settings.yaml", Settings(("server-header", "false"))));

        Assert.Equal(ChangeKind.Reload, change.Kind);
        var counts = new List<int>();
        foreach (var row in Rows(pods))
        {
            counts.Add(await RequestsAsync(sluice, row));
        }

        Assert.Equal([6, 3, 3, 3, 3], counts);
    }

    // The next reload may not be made before its time.
    private static async Task<RunningSluice> ReloadedJustNowAsync(EchoPods pods)
    {
        var sluice = await RunningSluice.StartAsync(
            files => files.Write("app.yaml", Site("app", "app.test", "app"), ServiceForEach(pods.All)),
            settings => settings with { ReloadInterval = TimeSpan.FromSeconds(2) });
        Assert.Equal(ChangeKind.Reload, (await sluice.ApplyAsync(files => files.Write("settings.yaml", Settings(("server-header", "false"))))).Kind);
        return sluice;
    }

    private static IEnumerable<string> Rows(EchoPods pods) =>
    [
        "http,FRONTEND", "default_one_80,BACKEND", $"default_one_80,{pods["one"].Address}_{pods["one"].Port}", "default_two_80,BACKEND", $"default_two_80,{pods["two"].Address}_{pods["two"].Port}",
    ];

    private static async Task<int> RequestsAsync(RunningSluice sluice, string row)
    {
        var lines = (await sluice.TamperAsync("show stat"))[0].Split('\n');
        var column = Array.IndexOf(lines.First(line => line.Contains("# pxname", StringComparison.Ordinal)).Split(','), "hrsp_2xx");
        var line = Assert.Single(lines, line => line.StartsWith($"{row},", StringComparison.Ordinal));
        return int.Parse(line.Split(',')[column], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Idle_connections_of_a_worker_that_finishes_go_while_a_WebSocket_of_it_lives()
    {
        const int Many = 20;
        await using var pods = await EchoPods.StartAsync("app");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write("app.yaml", Site("app", "app.test", "app"), ServiceForEach(pods.All)));
        await using var socket = await WebSocketClient.OpenAsync(sluice.HttpPort, "ws://app.test/");
        var requests = Enumerable.Range(0, Many).Select(_ => sluice.GetAsync("app.test", "/?gate=many")).ToList();
        foreach (var _ in requests)
        {
            await pods.Gates["many"].ArrivalAsync();
        }

        pods.Gates["many"].Open();
        await Task.WhenAll(requests);
        var change = await sluice.ApplyAsync(files => files.Write("settings.yaml", Settings(("server-header", "false"))));
        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.InRange(pods.OpenConnections, Many / 2, Many + 1);

        await pods.UntilOpenConnectionsAsync(1);
        Assert.Equal("app: still here", await socket.AskAsync("still here"));
    }

    [Fact]
    public async Task A_setting_that_cannot_be_read_is_found_and_takes_no_reload()
    {
        var before = await given.Sluice.ApplyAsync(files => files.Delete("settings.yaml"));
        var worker = await given.Sluice.Master.WorkerPidAsync();

        var change = await given.Sluice.ApplyAsync(files => files.Write(
            "settings.yaml", Settings(("trusted-proxies", "everyone\n  daemon"), ("no-such-setting", "1"))));

        Assert.DoesNotContain(before.Findings, finding => finding.Code == FindingCode.InvalidSetting);
        Assert.Contains(change.Findings, finding => finding.Code == FindingCode.InvalidSetting);
        Assert.Contains(change.Findings, finding => finding.Code == FindingCode.UnknownSetting);
        Assert.Equal(worker, await given.Sluice.Master.WorkerPidAsync());
        Assert.Equal("app", (await given.Sluice.SendAsync(Over.Http1, "GET", "app.test", "/")).Outcome);
    }
}
