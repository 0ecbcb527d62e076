using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>Lines of HAProxy's own language in the controller's ConfigMap.</summary>
public sealed class SnippetTests
{
    private static readonly (string, string) Deny = ("frontend-config-snippet", "http-request deny deny_status 410 if { path_beg /gone }\n# a comment\nhttp-after-response set-header X-Front yes");

    [Fact]
    public async Task Lines_count_in_their_sections_where_the_operator_said_so_and_refused_ones_leave_what_was_before()
    {
        await using var site = await StartAsync();
        var change = await site.ConfigureAsync(
            Deny, ("backend-config-snippet", "http-response set-header X-Back %[be_name]\ntimeout server 3s"), ("defaults-config-snippet", "option http-ignore-probes"),
            ("global-config-snippet", "tune.ssl.cachesize 50000"));
        Assert.Equal((ChangeKind.Reload, 0), (change.Kind, change.Findings.Count));
        Assert.Equal("410", await site.AskAsync("/gone/x"));
        var answer = await site.GetAsync();
        Assert.Equal(("yes", "default_app_80"), (answer["X-Front"], answer["X-Back"]));
        await site.AnnotateAsync(("sluice.dev/deny-list", "192.0.2.1"), ("sluice.dev/retries", "7"));
        Assert.StartsWith("default_app_80_", (await site.GetAsync())["X-Back"], StringComparison.Ordinal);

        change = await site.ConfigureAsync(("frontend-config-snippet", "http-request frobnicate"));
        var finding = Assert.Single(change.Findings);
        Assert.Equal((FindingCode.RefusedByHaproxy, "ConfigMap sluice-system/sluice"), (finding.Code, finding.Object.ToString()));
        Assert.Contains("frobnicate", finding.Message, StringComparison.Ordinal);
        Assert.Equal("410", await site.AskAsync("/gone/x"));

        // What is data goes on to change.
        change = await site.AnnotateAsync(("sluice.dev/deny-list", "127.0.0.1"), ("sluice.dev/retries", "7"));
        Assert.Equal("403", await site.AskAsync());
        Assert.Contains(change.Findings, item => item.Code == FindingCode.RefusedByHaproxy);
        await site.AnnotateAsync();
        change = await site.ConfigureAsync();
        Assert.Empty(change.Findings);
        Assert.Equal("app", await site.AskAsync("/gone/x"));
    }

    [Fact]
    public async Task A_start_with_lines_that_HAProxy_refuses_goes_without_them()
    {
        await using var site = await StartAsync();
        await site.Sluice.RestartAsync(files => files.Write("config.yaml", Manifests.Settings(("global-config-snippet", "tune.frobnicate 1"))));
        Assert.Equal("app", await site.AskAsync());
        Assert.Contains("HAProxy refuses its configuration with the snippets", site.Sluice.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_option_and_in_annotations_they_are_refused_and_none_begins_a_section()
    {
        await using var site = await PolicySite.StartAsync();
        var change = await site.ConfigureAsync(Deny);
        Assert.Equal([(FindingCode.SnippetNotAllowed, "data[frontend-config-snippet]")], change.Findings.Select(item => (item.Code, item.Field)));
        Assert.Equal("app", await site.AskAsync("/gone"));
        await site.SameWorkerAsync();

        await using var allowed = await StartAsync();
        change = await allowed.AnnotateAsync(("haproxy.org/backend-config-snippet", "http-request deny"));
        Assert.Equal(FindingCode.UnsupportedSetting, Assert.Single(change.Findings).Code);
        Assert.Equal("app", await allowed.AskAsync());
        await allowed.AnnotateAsync();
        change = await allowed.ConfigureAsync(("global-config-snippet", "maxconn 10\n listen x\nbind :1"));
        Assert.Equal(FindingCode.InvalidSetting, Assert.Single(change.Findings).Code);
        await allowed.SameWorkerAsync();
    }

    private static async Task<PolicySite> StartAsync() => await PolicySite.StartAsync(await EchoPods.StartAsync("app"), settings => settings with { AllowSnippets = true });
}
