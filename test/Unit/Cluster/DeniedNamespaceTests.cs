using Sluice.Controller.Cluster;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>A selected namespace that the controller has no right to read.</summary>
public sealed class DeniedNamespaceTests
{
    private static readonly ClusterScope ByTeam = new() { NamespaceSelector = "team=blue" };
    private static readonly ClusterScope ByName = new() { Namespaces = ["shop", "other"] };

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task It_holds_up_neither_the_start_nor_the_others_and_is_read_once_the_right_is_there(bool bySelector, bool streams)
    {
        await using var api = await ReflectorTests.StartAsync(streams);
        api.Truth.Put(FakeObject.Space("shop", "blue"), FakeObject.Space("other", "blue"));
        api.Truth.Put(FakeObject.Ingress("o", "other.example.com", scope: "other"));
        api.Allows = request => request.Namespace != "other";
        await using var run = new ClusterRun(api, bySelector ? ByTeam : ByName);

        await run.EqualAsync(item => item.Namespace is "" or "shop");
        var finding = Assert.Single((await run.UntilAsync(now => now.Findings.Length > 0)).Findings);
        Assert.Equal((FindingCode.NamespaceDenied, "Namespace other"), (finding.Code, finding.Object.ToString()));
        Assert.Contains("endpointslices, ingresses, referencegrants, secrets, services", finding.Message, StringComparison.Ordinal);
        Assert.Contains("what was not read before counts as not there", finding.Message, StringComparison.Ordinal);
        Assert.Contains("endpointslices is forbidden: User cannot watch in the namespace other", finding.Message.Replace("cannot list", "cannot watch", StringComparison.Ordinal), StringComparison.Ordinal);

        api.Truth.Put(FakeObject.Service("web", 8000));
        await run.EqualAsync(item => item.Namespace is "" or "shop");

        api.Allows = _ => true;
        await run.EqualAsync();
        await run.UntilAsync(now => now.Findings.IsEmpty);
    }

    [Fact]
    public async Task A_single_missing_right_is_named_and_the_rest_is_read()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Ingress("o", "other.example.com", scope: "other"), FakeObject.Secret("cert", scope: "other"));
        api.Allows = request => request.Namespace != "other" || request.Kind != ApiKind.Secret;
        await using var run = new ClusterRun(api, ByName);

        var now = await run.UntilAsync(now => now.Findings.Length > 0);
        Assert.Contains("may not read secrets of this namespace", Assert.Single(now.Findings).Message, StringComparison.Ordinal);
        await run.EqualAsync(item => item.Kind != ApiKind.Secret || item.Namespace != "other");
    }

    [Fact]
    public async Task A_denial_of_a_moment_is_waited_out()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Misbehave(new FakeFault(Misbehaviour.Refuse) { Plural = "ingresses", Code = 403, Times = 2 });
        await using var run = new ClusterRun(api, ByName, ClusterRun.Times with { Doubt = TimeSpan.FromSeconds(10) });

        await run.EqualAsync();
        Assert.Equal(1, run.Snapshots);
        Assert.Empty(run.Latest!.Findings);
    }

    [Fact]
    public async Task Who_may_read_none_of_them_does_not_start_to_serve()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Space("shop", "blue"), FakeObject.Space("other", "red"));
        api.Allows = request => request.Namespace != "shop";
        await using var run = new ClusterRun(api, ByTeam);

        // Far beyond the time of doubt.
        await api.AskedAsync(request => request.Namespace == "shop", 5 * 30);
        Assert.Equal(0, run.Snapshots);

        // One that can be read gets the label: that is enough.
        api.Truth.Put(FakeObject.Space("other", "blue"));
        await run.EqualAsync(item => item.Namespace is "" or "other");
        Assert.Equal("Namespace shop", Assert.Single(run.Latest!.Findings).Object.ToString());

        // Without the label nobody cares.
        api.Truth.Put(FakeObject.Space("shop", "red"));
        await run.UntilAsync(now => now.Findings.IsEmpty);
    }

    [Fact]
    public async Task A_right_that_is_taken_away_leaves_what_was_read()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Ingress("o", "other.example.com", scope: "other"));
        await using var run = new ClusterRun(api, ByName);
        await run.EqualAsync();

        api.Allows = request => request.Namespace != "other";
        await api.CutAsync();
        var now = await run.UntilAsync(now => now.Findings.Length > 0);
        Assert.Contains("what was read of them before stays in force", Assert.Single(now.Findings).Message, StringComparison.Ordinal);
        await run.EqualAsync();
    }

    [Fact]
    public async Task When_one_right_is_there_the_others_are_asked_for_at_once()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Misbehave(new FakeFault(Misbehaviour.Refuse) { Plural = "ingresses", Code = 403 });
        api.Misbehave([.. ((string[])["services", "endpointslices", "secrets", "referencegrants"])
            .Select(plural => new FakeFault(Misbehaviour.Refuse) { Plural = plural, Code = 403, RetryAfter = "300" })]);
        await using var run = new ClusterRun(api, new ClusterScope { Namespaces = ["shop"] }, ClusterRun.Times with { Doubt = TimeSpan.Zero });

        await run.EqualAsync(item => item.Namespace is "" or "shop");
    }

    [Fact]
    public async Task Where_no_namespace_has_the_labels_nothing_is_missing()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api, ByTeam);

        await run.UntilAsync(_ => true);
        Assert.Empty(run.Latest!.Ingresses);
    }
}
