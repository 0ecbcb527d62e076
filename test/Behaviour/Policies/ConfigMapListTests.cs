using System.Diagnostics;
using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Lists of clients that stand in ConfigMaps.</summary>
public sealed class ConfigMapListTests
{
    [Fact]
    public async Task A_list_in_a_ConfigMap_is_live_as_it_changes_and_one_that_cannot_be_read_lets_nobody_in()
    {
        await using var site = await PolicySite.StartAsync();
        var change = await site.AnnotateAsync(("sluice.dev/allow-list", "configmap:office, 192.0.2.1"));
        Assert.Equal("503", await site.AskAsync());
        Assert.Equal([(FindingCode.ConfigMapNotFound, "metadata.annotations[sluice.dev/allow-list]")], change.Findings.Select(finding => (finding.Code, finding.Field)));

        change = await site.PutAsync(ConfigMap("office", ("berlin", "# all of it\n10.0.0.0/8\n127.0.0.0/9 # here\n\n"), ("paris", "2001:db8::/32")));
        Assert.Empty(change.Findings);
        Assert.Equal("app", await site.AskAsync());
        await site.PutAsync(ConfigMap("office", ("berlin", "10.0.0.0/8")));
        Assert.Equal("403", await site.AskAsync());
        await site.PutAsync(ConfigMap("office", ("berlin", "127.0.0.1")));
        Assert.Equal("app", await site.AskAsync());

        change = await site.PutAsync(ConfigMap("office", ("berlin", "127.0.0.1\n10.0.0.0/33\nx\n")));
        Assert.Equal("503", await site.AskAsync());
        Assert.Contains(
            "ConfigMap default/office, key berlin, line 2: '10.0.0.0/33' is no address or block such as 10.0.0.0/8 (and 1 more); requests it would guard get 503",
            Assert.Single(change.Findings).Message, StringComparison.Ordinal);
        await site.PutAsync();
        Assert.Equal("503", await site.AskAsync());
        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task One_key_is_named_by_the_ConfigMap_and_another_namespace_must_grant_it()
    {
        await using var site = await PolicySite.StartAsync();
        var list = ConfigMap("lists/clients", ("blocked", "127.0.0.1"), ("partners", "192.0.2.0/24"));
        await site.AnnotateAsync(("sluice.dev/deny-list", "configmap:lists/clients/blocked"));
        var change = await site.PutAsync(list);
        Assert.Equal("503", await site.AskAsync());
        Assert.Equal(FindingCode.ReferenceNotGranted, Assert.Single(change.Findings).Code);

        await site.PutAsync(list, Grant("lists", "ConfigMap"));
        Assert.Equal("403", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/deny-list", "configmap:lists/clients/partners"));
        Assert.Equal("app", await site.AskAsync());
        change = await site.AnnotateAsync(("sluice.dev/deny-list", "configmap:lists/clients/friends"));
        Assert.Equal("503", await site.AskAsync());
        Assert.Contains("with the key friends", Assert.Single(change.Findings).Message, StringComparison.Ordinal);
        await site.PutAsync(list, Grant("lists", "Secret"));
        Assert.Equal("503", await site.AskAsync());
        await site.ConfigureAsync(("allow-cross-namespace", "true"));
        await site.AnnotateAsync(("sluice.dev/deny-list", "configmap:lists/clients/blocked"));
        Assert.Equal("403", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Pattern_files_are_keys_of_the_ConfigMap_that_the_operator_names()
    {
        await using var site = await PolicySite.StartAsync();
        var change = await site.AnnotateAsync(("haproxy.org/deny-list", "patterns/bad"));
        Assert.Equal("503", await site.AskAsync());
        Assert.Contains("patterns/bad needs pattern-files", Assert.Single(change.Findings).Message, StringComparison.Ordinal);

        await site.PutAsync(ConfigMap("sluice-system/files", ("bad", "127.0.0.1\n"), ("good", "127.0.0.0/8")));
        await site.ConfigureAsync(("pattern-files", "files"));
        Assert.Equal("403", await site.AskAsync());
        await site.AnnotateAsync(("haproxy.org/rate-limit-whitelist", "patterns/good"), ("sluice.dev/rate-limit-requests", "1"), ("sluice.dev/rate-limit-period", "1h"));
        Assert.Equal(["app", "app", "app"], [await site.AskAsync(), await site.AskAsync(), await site.AskAsync()]);
        change = await site.AnnotateAsync(("haproxy.org/rate-limit-whitelist", "patterns/none"), ("sluice.dev/rate-limit-requests", "1"), ("sluice.dev/rate-limit-period", "1h"));
        Assert.Equal(["app", "429"], [await site.AskAsync(), await site.AskAsync()]);
        Assert.Contains("nobody is exempt", Assert.Single(change.Findings).Message, StringComparison.Ordinal);
        change = await site.AnnotateAsync(("haproxy.org/allow-list", "patterns/../x"));
        Assert.Equal(FindingCode.InvalidSetting, Assert.Single(change.Findings).Code);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task The_controllers_ConfigMap_names_lists_for_all_in_its_own_namespace_or_any_other()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(ConfigMap("sluice-system/blocked", ("a", "127.0.0.1")), ConfigMap("others/blocked", ("a", "192.0.2.1")));
        await site.ConfigureAsync(("deny-list", "configmap:blocked"));
        Assert.Equal("403", await site.AskAsync());
        await site.ConfigureAsync(("deny-list", "configmap:others/blocked"));
        Assert.Equal("app", await site.AskAsync());
        var change = await site.ConfigureAsync(("deny-list", "configmap:nobody"));
        Assert.Equal("503", await site.AskAsync());
        Assert.Equal(["ConfigMap sluice-system/sluice data[deny-list]"], change.Findings.Select(finding => $"{finding.Object} {finding.Field}"));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task One_entry_in_five_thousand_is_live_at_once()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/deny-list", "configmap:many"));
        await site.PutAsync(ConfigMap("many", ("list", Many("192.0.2.1"))));
        Assert.Equal("app", await site.AskAsync());

        var started = Stopwatch.StartNew();
        var change = await site.PutAsync(ConfigMap("many", ("list", Many("127.0.0.1"))));
        TestContext.Current.SendDiagnosticMessage($"{change.Commands} commands, {change.Duration.TotalMilliseconds:0} ms, {started.ElapsedMilliseconds} ms with the file");
        Assert.Equal("403", await site.AskAsync());
        Assert.InRange(started.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await site.SameWorkerAsync();
    }

    private static string Many(string last) => string.Join('\n', Enumerable.Range(0, 5_000).Select(i => $"10.{i / 256}.{i % 256}.0/24").Append(last));

    private static string Grant(string scope, string kind) =>
        $$"""
        ---
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: grant, namespace: {{scope}}}
        spec:
          from: [{group: networking.k8s.io, kind: Ingress, namespace: default}]
          to: [{group: "", kind: {{kind}}}]

        """;
}
