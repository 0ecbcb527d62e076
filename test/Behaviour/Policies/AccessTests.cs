using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>Which clients may come: allow-list and deny-list.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Clients_come_and_go_by_the_lists_as_they_change_and_a_list_that_cannot_be_read_lets_nobody_in()
    {
        await using var site = await PolicySite.StartAsync();
        Assert.Equal("app", await site.AskAsync());

        await site.AnnotateAsync(("sluice.dev/allow-list", "10.0.0.0/8, 192.0.2.1"));
        Assert.Equal("403", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/allow-list", "10.0.0.0/8, 127.0.0.0/9"));
        Assert.Equal("app", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/allow-list", "127.0.0.0/9"), ("sluice.dev/deny-list", "127.0.0.1/32"));
        Assert.Equal("403", await site.AskAsync());
        await site.AnnotateAsync(("haproxy.org/blacklist", "126.0.0.0/7"));
        Assert.Equal("403", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/deny-list", "::1"));
        Assert.Equal("app", await site.AskAsync());

        var change = await site.AnnotateAsync(("sluice.dev/allow-list", "127.0.0.0/33"));
        Assert.Equal("503", await site.AskAsync());
        var finding = Assert.Single(change.Findings);
        Assert.Equal("metadata.annotations[sluice.dev/allow-list]", finding.Field);
        Assert.Contains("get 503", finding.Message, StringComparison.Ordinal);

        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Theory]
    [InlineData("haproxy.org/client-ca", "default/ca")]
    public async Task A_guard_that_is_not_to_be_had_lets_nobody_in(string key, string value)
    {
        await using var site = await PolicySite.StartAsync();

        var change = await site.AnnotateAsync((key, value));

        Assert.Equal("503", await site.AskAsync());
        Assert.Equal((FindingCode.UnsupportedGuard, $"metadata.annotations[{key}]"), Assert.Single(change.Findings.Select(finding => (finding.Code, finding.Field))));
        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
    }

    [Theory]
    [InlineData("sluice.dev/allow-list", "127.0.0.0/8", "addresses", "403")]
    [InlineData("sluice.dev/deny-list", "192.0.2.1", "addresses", "503")]
    [InlineData("sluice.dev/deny-list", "192.0.2.1", "policies", "403")]
    public async Task A_list_that_HAProxy_has_lost_lets_nobody_in(string key, string value, string map, string expected)
    {
        await using var site = await PolicySite.StartAsync(await EchoPods.StartAsync("app"), settings => settings with { ReadBackInterval = TimeSpan.FromHours(1) });
        await site.AnnotateAsync((key, value));
        Assert.Equal("app", await site.AskAsync());
        await site.Sluice.TamperAsync($"clear map {site.Sluice.Settings.StateDir}/maps/{map}.map");
        Assert.Equal(expected, await site.AskAsync());
    }

    [Fact]
    public async Task The_ConfigMap_holds_for_all_and_an_Ingress_goes_before_it()
    {
        await using var site = await PolicySite.StartAsync();
        await site.ConfigureAsync(("deny-list", "127.0.0.0/8"));
        Assert.Equal("403", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/deny-list", "192.0.2.0/24"));
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Theory]
    [InlineData("", "192.0.2.7", "app")]
    [InlineData("127.0.0.0/8", "192.0.2.7", "403")]
    [InlineData("127.0.0.0/8", "198.51.100.1", "app")]
    [InlineData("127.0.0.0/8", "192.0.2.7, 198.51.100.1", "app")]
    [InlineData("127.0.0.0/8,198.51.100.0/24", "192.0.2.7, 198.51.100.1", "403")]
    [InlineData("127.0.0.0/8,198.51.100.0/24", "192.0.2.7, nobody, 198.51.100.1", "app")]
    [InlineData("127.0.0.0/8,198.51.100.0/24", "10.0.0.1, 192.0.2.7, 198.51.100.2, 198.51.100.1", "403")]
    [InlineData("127.0.0.0/8,198.51.100.0/24", "192.0.2.7, 10.0.0.1, 198.51.100.2, 198.51.100.1", "app")]
    public async Task Behind_trusted_proxies_the_client_is_the_last_that_is_not_one(string trusted, string forwardedFor, string expected)
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/deny-list", "192.0.2.0/24"));
        await site.ConfigureAsync(trusted.Length > 0 ? [("trusted-proxies", trusted)] : []);

        Assert.Equal(expected, await site.AskAsync("/", $"X-Forwarded-For: {forwardedFor}"));
    }
}
