using Sluice.Controller.Cluster;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>Which part of a cluster is read, and when a snapshot is made of it.</summary>
public sealed class ClusterSourceTests
{
    private static readonly ClusterScope ByTeam = new() { NamespaceSelector = "team=blue" };

    [Fact]
    public async Task Nothing_is_published_before_everything_was_read()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Misbehave(new FakeFault(Misbehaviour.Refuse) { Plural = "endpointslices", Code = 403, Times = 6 });
        await using var run = new ClusterRun(api);

        await api.AskedAsync(request => request.Kind == ApiKind.EndpointSlice, 5);
        Assert.Equal(0, run.Snapshots);
        await run.EqualAsync();
        Assert.Equal(1, run.Snapshots);
        Assert.Contains(run.Log.Lines, line => line.Contains("endpointslices (code 403, says the server)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_burst_makes_few_snapshots_and_a_single_change_makes_one_at_once()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api);
        await run.EqualAsync();
        await api.AskedAsync(request => request is { Verb: "watch", Kind.Plural: "services" });

        for (var i = 0; i < 1000; i++)
        {
            api.Truth.Put(FakeObject.Service($"s-{i % 40}", 1 + i));
        }

        await run.EqualAsync();
        Assert.InRange(run.Snapshots, 2, 400);

        var times = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            var (before, started) = (run.Snapshots, TimeProvider.System.GetTimestamp());
            api.Truth.Put(FakeObject.Service("web", 1000 + i));
            await run.EqualAsync();
            times.Add(TimeProvider.System.GetElapsedTime(started));
            Assert.InRange(run.Snapshots - before, 1, 2);
        }

        times.Sort();
        Assert.InRange(times[times.Count / 2].TotalMilliseconds, 0, 40);
    }

    [Fact]
    public async Task A_stream_of_changes_without_a_pause_is_published_while_it_goes_on()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api);
        await run.EqualAsync();

        using var enough = new CancellationTokenSource();
        var stream = Task.Run(() =>
        {
            for (var i = 1; !enough.IsCancellationRequested; i++)
            {
                api.Truth.Put(FakeObject.Service("web", (i % 60000) + 1));
                Thread.Yield();
            }
        }, CancellationToken.None);
        await run.Published.UntilAsync(() => run.Snapshots >= 4, () => $"{run.Snapshots} snapshots");
        await enough.CancelAsync();
        await stream;
        await run.EqualAsync();
    }

    [Fact]
    public async Task A_bug_in_one_reader_ends_them_all_and_is_not_hidden()
    {
        await using var api = await ReflectorTests.StartAsync();
        var endpoint = new ApiEndpoint { Server = api.Address, Credentials = new Broken() };
        await using var run = new ClusterRun(api, endpoint: endpoint);

        await Assert.ThrowsAsync<NotSupportedException>(() => run.Running.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Only_the_given_namespaces_are_read()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Ingress("x", scope: "third"));
        await using var run = new ClusterRun(api, new ClusterScope { Namespaces = ["shop", "third"] });

        await run.EqualAsync(item => item.Namespace is "" or "shop" or "third");
        Assert.DoesNotContain(api.Requests, request => request.Namespace.Length == 0 && request.Kind.IsNamespaced);
    }

    [Fact]
    public async Task A_namespace_is_read_while_it_has_the_labels()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Space("shop", "blue"), FakeObject.Space("other", "red"));
        await using var run = new ClusterRun(api, ByTeam);
        await run.EqualAsync(item => item.Namespace is "" or "shop");
        Assert.Equal(1, run.Snapshots);

        api.Truth.Put(FakeObject.Space("other", "blue"));
        await run.EqualAsync();
        api.Truth.Put(FakeObject.Space("shop", "red"));
        await run.EqualAsync(item => item.Namespace is "" or "other");
        Assert.Equal(["other"], run.Latest!.Namespaces.Keys);

        api.Truth.Put(FakeObject.Ingress("d", "new.example.com", scope: "other"), FakeObject.Ingress("a", "unseen.example.com"));
        await run.EqualAsync(item => item.Namespace is "" or "other");
        api.Truth.Put(FakeObject.Space("shop", "blue"));
        api.Truth.Delete(FakeObject.Space("other", ""));
        await run.EqualAsync(item => item.Namespace is "" or "shop");
    }

    [Fact]
    public async Task A_namespace_that_cannot_be_read_does_not_hold_up_the_others()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Space("shop", "blue"));
        await using var run = new ClusterRun(api, ByTeam);
        await run.EqualAsync(item => item.Namespace is "" or "shop");

        api.Admits = request => request.Namespace != "other";
        api.Truth.Put(FakeObject.Space("other", "blue"));
        await run.UntilAsync(now => now.Namespaces.ContainsKey("other"));
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 5; i++)
        {
            api.Truth.Put(FakeObject.Service("web", 8000 + i));
            await run.EqualAsync(item => item.Namespace is "" or "shop");
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 2);
    }

    [Fact]
    public async Task The_ConfigMap_with_the_settings_is_the_only_one_that_is_read()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Config("sluice", "false"), FakeObject.Config("other", "x"));
        await using var run = new ClusterRun(api, new ClusterScope { Config = new NamespacedName("sluice-system", "sluice") });

        var now = await run.EqualAsync();
        Assert.Equal("false", Assert.Single(now.ConfigMaps).Value.Data["ssl-redirect"]);
        api.Truth.Put(FakeObject.Config("sluice", "true"));
        await run.UntilAsync(now => now.ConfigMaps.Values.Single().Data["ssl-redirect"] == "true");
        api.Truth.Delete(FakeObject.Config("sluice", ""));
        await run.UntilAsync(now => now.ConfigMaps.Count == 0);
    }

    [Fact]
    public async Task A_kind_that_the_server_may_lack_is_as_if_it_were_empty_until_it_is_there()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Lacks.Add(ApiKind.ReferenceGrant);
        api.Truth.Put(FakeObject.Grant("g"));
        await using var run = new ClusterRun(api);
        await run.EqualAsync();
        Assert.Empty(run.Latest!.ReferenceGrants);

        api.Lacks.Clear();
        await run.UntilAsync(now => now.ReferenceGrants.Count == 1);
        api.Lacks.Add(ApiKind.ReferenceGrant);
        await api.CutAsync();
        await run.UntilAsync(now => now.ReferenceGrants.Count == 0);
        Assert.DoesNotContain(run.Log.Lines, line => line.Contains("referencegrants (code 404", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_invalid_object_keeps_its_last_good_version_and_is_told()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api);
        var before = await run.EqualAsync();

        var wrong = FakeObject.Make(ApiKind.Ingress, "shop", "a", """{"spec": {"rules": [{"host": 7}]}}""");
        api.Truth.Put(wrong, FakeObject.Make(ApiKind.Ingress, "shop", "new", """{"spec": {"rules": {}}}"""));
        var now = await run.UntilAsync(now => now.Findings.Length == 2);
        Assert.Same(before.Ingresses[Make.Id("a")], now.Ingresses[Make.Id("a")]);
        Assert.False(now.Ingresses.ContainsKey(Make.Id("new")));
        Assert.Equal(["spec.rules[0].host", "spec.rules"], now.Findings.Select(finding => finding.Field));

        api.Truth.Delete(FakeObject.Ingress("new"));
        api.Truth.Put(FakeObject.Ingress("a", "good.example.com"));
        Assert.Empty((await run.EqualAsync()).Findings);
        api.Truth.Put(wrong);
        await run.UntilAsync(now => now.Findings.Length == 1);
        api.Truth.Delete(wrong);
        Assert.Empty((await run.EqualAsync()).Findings);
    }

    private sealed class Broken : Credentials
    {
        private int count;

        public override ValueTask<Proof> ProveAsync(Proof? refused, CancellationToken stop) =>
            Interlocked.Increment(ref count) == 3 ? throw new NotSupportedException() : new(new Proof());
    }
}
