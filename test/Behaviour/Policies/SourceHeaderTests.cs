using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>The address of a client from a header.</summary>
public sealed class SourceHeaderTests
{
    [Fact]
    public async Task Pods_need_not_see_where_a_request_comes_from()
    {
        await using var site = await PolicySite.StartAsync();
        Assert.Equal("127.0.0.1", (await site.GetAsync()).Echo["X-Forwarded-For"]);
        await site.AnnotateServiceAsync(("haproxy.org/forwarded-for", "off"));
        var echo = (await site.GetAsync("/", "X-Forwarded-For: 192.0.2.1")).Echo;
        Assert.Equal((null, "http"), (echo["X-Forwarded-For"], echo["X-Forwarded-Proto"]));

        var change = await site.AnnotateServiceAsync(("haproxy.org/forwarded-for", "none"));
        Assert.Equal("metadata.annotations[haproxy.org/forwarded-for]", Assert.Single(change.Findings).Field);
        Assert.Equal("127.0.0.1", (await site.GetAsync()).Echo["X-Forwarded-For"]);
        await site.AnnotateServiceAsync(("sluice.dev/forwarded-for", "true"));
        await site.AnnotateAsync(("sluice.dev/forwarded-for", "false"));
        Assert.Equal("127.0.0.1", (await site.GetAsync()).Echo["X-Forwarded-For"]);
        await site.SameWorkerAsync();
    }

    private static readonly (string, string) Denied = ("sluice.dev/deny-list", "192.0.2.0/24");

    [Fact]
    public async Task A_header_tells_the_client_if_a_trusted_proxy_says_it()
    {
        await using var site = await PolicySite.StartAsync();
        var change = await site.AnnotateAsync(Denied, ("haproxy.org/src-ip-header", "CF-Connecting-IP"));
        Assert.Equal(FindingCode.IncompleteSetting, Assert.Single(change.Findings).Code);
        Assert.Equal("app", await site.AskAsync("/", "CF-Connecting-IP: 192.0.2.7"));

        await site.ConfigureAsync(("trusted-proxies", "198.51.100.0/24"));
        Assert.Equal("app", await site.AskAsync("/", "CF-Connecting-IP: 192.0.2.7"));
        await site.ConfigureAsync(("trusted-proxies", "127.0.0.0/8"));
        Assert.Equal("403", await site.AskAsync("/", "CF-Connecting-IP: 192.0.2.7"));
        Assert.Equal("403", await site.AskAsync("/", "CF-Connecting-IP: 198.51.100.1", "cf-connecting-ip: 198.51.100.2, 192.0.2.7"));
        Assert.Equal("403", await site.AskAsync("/", "CF-Connecting-IP: 192.0.2.7", "X-Forwarded-For: 198.51.100.1"));
        Assert.Equal("403", await site.AskAsync("/", "CF-Connecting-IP: nobody", "X-Forwarded-For: 192.0.2.7"));
        var seen = (await site.GetAsync("/", "CF-Connecting-IP: 2001:db8::7", "X-Forwarded-For: 198.51.100.1")).Echo;
        Assert.Equal(("2001:db8::7", "198.51.100.1, 127.0.0.1"), (seen.Headers["x-real-ip"][0], seen.Headers["x-forwarded-for"][0]));
    }

    [Fact]
    public async Task It_changes_without_a_reload_and_one_that_cannot_be_read_lets_nobody_in()
    {
        await using var site = await PolicySite.StartAsync();
        await site.ConfigureAsync(("trusted-proxies", "127.0.0.0/8"));
        var worker = await site.Sluice.Master.WorkerPidAsync();
        await site.AnnotateAsync(Denied);
        Assert.Equal("app", await site.AskAsync("/", "X-Client: 192.0.2.7"));
        await site.AnnotateAsync(Denied, ("sluice.dev/src-ip-header", "X-Client"));
        Assert.Equal("403", await site.AskAsync("/", "X-Client: 192.0.2.7"));
        Assert.Equal("app", await site.AskAsync("/", "X-Client: 192.0.2.7", "X-Client: unknown"));
        Assert.Equal("403", await site.AskAsync("/", "X-Client: unknown", "X-Client: 127.0.0.1, 192.0.2.7"));
        await site.AnnotateAsync(Denied, ("sluice.dev/src-ip-header", "X-Other"));
        Assert.Equal("app", await site.AskAsync("/", "X-Client: 192.0.2.7"));

        var change = await site.AnnotateAsync(Denied, ("sluice.dev/src-ip-header", "X Client"));
        Assert.Equal("503", await site.AskAsync());
        Assert.Equal(FindingCode.InvalidSetting, Assert.Single(change.Findings).Code);
        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
    }
}
