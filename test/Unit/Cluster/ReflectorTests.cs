using Sluice.Controller.Cluster;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>After each fault of the server the snapshot is what the server has.</summary>
public sealed class ReflectorTests
{
    private static readonly FakeObject[] Start =
    [
        FakeObject.Class("sluice"), FakeObject.Ingress("a"), FakeObject.Ingress("b"), FakeObject.Ingress("c"), FakeObject.Ingress("d", scope: "other"),
        FakeObject.Service("web"), FakeObject.Slice("web-1", "web", "10.0.0.1"), FakeObject.Secret("tls"), FakeObject.Secret("other", "Opaque"),
    ];

    private static bool OfIngresses(FakeRequest request) => request.Kind == ApiKind.Ingress;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_is_read_and_followed(bool streams)
    {
        await using var api = await StartAsync(streams);
        await using var run = new ClusterRun(api);
        await run.EqualAsync();
        Assert.Equal(1, run.Snapshots);

        api.Truth.Put(FakeObject.Ingress("a", "new.example.com"), FakeObject.Ingress("e"), FakeObject.Slice("web-1", "web", "10.0.0.1", "10.0.0.2"));
        await run.EqualAsync();
        api.Truth.Delete(FakeObject.Ingress("b"));
        api.Truth.Delete(FakeObject.Slice("web-1", "web"));
        api.Truth.Delete(FakeObject.Secret("tls"));
        await run.EqualAsync();
        Assert.DoesNotContain(run.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_comes_in_pages_where_the_server_cannot_stream_it()
    {
        await using var api = await StartAsync(streams: false);
        await using var run = new ClusterRun(api);
        await run.EqualAsync();

        Assert.Equal(2, api.Count(request => OfIngresses(request) && request is { Verb: "list", Limit: 3 }));
        Assert.Equal(1, api.Count(request => OfIngresses(request) && request.SendsInitialEvents));
        await api.AskedAsync(request => OfIngresses(request) && request.IsResumed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cut_connection_is_gone_on_from_without_a_new_list(bool streams)
    {
        await using var api = await StartAsync(streams);
        await using var run = new ClusterRun(api);
        await run.EqualAsync();
        await api.AskedAsync(request => request.Verb == "watch", 5);
        var lists = api.Count(request => request.IsList);

        for (var i = 0; i < 5; i++)
        {
            var resumed = api.Count(request => OfIngresses(request) && request.IsResumed);
            await api.CutAsync();
            api.Truth.Put(FakeObject.Ingress("a", $"{i}.example.com"));
            api.Truth.Delete(FakeObject.Ingress(i % 2 == 0 ? "b" : "c"));
            await run.EqualAsync();
            await api.AskedAsync(request => OfIngresses(request) && request.IsResumed, resumed + 1);
        }

        Assert.Equal(lists, api.Count(request => request.IsList));
    }

    [Fact]
    public async Task Events_may_say_more_than_they_do_today()
    {
        await using var api = await StartAsync();
        api.Misbehave(new FakeFault(Misbehaviour.MoreFields) { Times = int.MaxValue });
        await using var run = new ClusterRun(api);
        await run.EqualAsync();

        api.Truth.Put(FakeObject.Ingress("a", "new.example.com"));
        api.Truth.Delete(FakeObject.Service("web"));

        await run.EqualAsync();
        Assert.Equal(api.Count(request => request.IsList), api.Requests.Count);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_version_that_is_gone_leads_to_a_new_list_that_finds_deletions(bool streams, bool isEvent)
    {
        await using var api = await StartAsync(streams, refusesOldVersions: !isEvent);
        await using var run = new ClusterRun(api);
        var before = await run.EqualAsync();

        await OutageAsync(api, () =>
        {
            api.Truth.Delete(FakeObject.Ingress("b"));
            api.Truth.Delete(FakeObject.Service("web"));
            api.Truth.Put(FakeObject.Ingress("e"));
            api.Truth.Compact();
        });

        var after = await run.EqualAsync();
        Assert.Same(before.Ingresses[Make.Id("a")], after.Ingresses[Make.Id("a")]);
        Assert.Equal(2, api.Count(request => OfIngresses(request) && request.IsList && (request.SendsInitialEvents == streams)));
    }

    [Fact]
    public async Task What_happens_while_the_server_is_away_is_found()
    {
        await using var api = await StartAsync();
        await using var run = new ClusterRun(api);
        await run.EqualAsync();
        var lists = api.Count(request => request.IsList);

        await api.StopAsync();
        api.Truth.Delete(FakeObject.Ingress("b"));
        api.Truth.Put(FakeObject.Ingress("e"), FakeObject.Service("api"));
        await run.Log.Written.UntilAsync(() => run.Log.Lines.Count(line => line.StartsWith("Warning", StringComparison.Ordinal)) >= 5, () => "not noticed");
        await api.StartAsync();

        await run.EqualAsync();
        Assert.Equal(lists, api.Count(request => request.IsList));
    }

    [Theory]
    [InlineData("Refuse", 429)]
    [InlineData("Refuse", 500)]
    [InlineData("Refuse", 503)]
    [InlineData("Abort", 0)]
    [InlineData("Garbage", 0)]
    [InlineData("CutInEvent", 0)]
    [InlineData("CutInEvent", 2)]
    [InlineData("ErrorEvent", 500)]
    [InlineData("Crumbs", 0)]
    [InlineData("Twice", 0)]
    [InlineData("Bookmarks", 0)]
    [InlineData("EndAtOnce", 0)]
    public async Task A_fault_from_the_start_delays_at_most(string what, int number)
    {
        foreach (var streams in new[] { true, false })
        {
            await using var api = await StartAsync(streams);
            api.Misbehave(Fault(what, number) with { Times = 20 });
            await using var run = new ClusterRun(api);
            await run.EqualAsync();
            Assert.Equal(1, run.Snapshots);

            api.Truth.Put(FakeObject.Ingress("a", "new.example.com"));
            api.Truth.Delete(FakeObject.Ingress("b"));
            await run.EqualAsync();
        }
    }

    [Theory]
    [InlineData("Refuse", 429)]
    [InlineData("Refuse", 410)]
    [InlineData("Refuse", 500)]
    [InlineData("Refuse", 503)]
    [InlineData("Abort", 0)]
    [InlineData("Garbage", 0)]
    [InlineData("CutInEvent", 0)]
    [InlineData("CutInEvent", 2)]
    [InlineData("ErrorEvent", 410)]
    [InlineData("ErrorEvent", 500)]
    [InlineData("Crumbs", 0)]
    [InlineData("Twice", 0)]
    [InlineData("Bookmarks", 0)]
    [InlineData("EndAtOnce", 0)]
    public async Task A_fault_later_on_delays_at_most(string what, int number)
    {
        foreach (var streams in new[] { true, false })
        {
            await using var api = await StartAsync(streams);
            await using var run = new ClusterRun(api);
            await run.EqualAsync();

            api.Misbehave(Fault(what, number) with { Times = 20 });
            await OutageAsync(api, () =>
            {
                api.Truth.Delete(FakeObject.Ingress("b"));
                api.Truth.Put(FakeObject.Ingress("a", "new.example.com"), FakeObject.Ingress("e"), FakeObject.Ingress("a", "newer.example.com"));
            });
            await run.EqualAsync();
            api.Truth.Put(FakeObject.Ingress("a", "newest.example.com"));
            api.Truth.Delete(FakeObject.Ingress("e"));
            await run.EqualAsync();
        }
    }

    [Fact]
    public async Task A_list_that_breaks_off_after_a_page_is_read_again_from_the_start()
    {
        await using var api = await StartAsync(streams: false);
        api.Misbehave(new FakeFault(Misbehaviour.Abort) { Plural = "ingresses", IsFurtherPage = true, Times = 2 });
        await using var run = new ClusterRun(api);

        await run.EqualAsync();
        Assert.Equal(3, api.Count(request => OfIngresses(request) && request is { Verb: "list", Continue: "" }));
    }

    [Fact]
    public async Task A_page_token_that_expires_leads_to_a_list_in_one_page()
    {
        await using var api = await StartAsync(streams: false);
        api.Misbehave(new FakeFault(Misbehaviour.Refuse) { Code = 410, Plural = "ingresses", IsFurtherPage = true, Times = 100 });
        await using var run = new ClusterRun(api);

        await run.EqualAsync();
        Assert.Equal(1, api.Count(request => OfIngresses(request) && request is { Verb: "list", Limit: 0 }));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"kind":"Status","status":"Success"}""")]
    [InlineData("""{"kind":"IngressList","metadata":{}}""")]
    [InlineData("null")]
    public async Task An_answer_that_is_no_list_deletes_nothing(string text)
    {
        await using var api = await StartAsync(streams: false);
        await using var run = new ClusterRun(api);
        await run.EqualAsync();

        // After the bad list the watch must not come to help: whoever took the list for one stays with what it said.
        api.Misbehave(
            new FakeFault(Misbehaviour.ErrorEvent) { Code = 410, Verb = "watch", Plural = "ingresses" },
            new FakeFault(Misbehaviour.Garbage) { Verb = "list", Plural = "ingresses", Text = text, Times = 3 },
            new FakeFault(Misbehaviour.NoAnswer) { Verb = "watch", Plural = "ingresses", Times = 100 });
        await OutageAsync(api, () => api.Truth.Put(FakeObject.Ingress("e")));
        await run.UntilAsync(now =>
        {
            Assert.True(now.Ingresses.ContainsKey(Make.Id("a")));
            return now.Ingresses.ContainsKey(Make.Id("e"));
        });
        await run.EqualAsync();
    }

    [Fact]
    public async Task An_object_of_a_megabyte_is_read()
    {
        await using var api = await StartAsync();
        await using var run = new ClusterRun(api);
        await run.EqualAsync();

        api.Truth.Put(FakeObject.Ingress("a", note: new string('x', 1 << 20)), FakeObject.Ingress("e"));
        var now = await run.EqualAsync();
        Assert.Equal(1 << 20, now.Ingresses[Make.Id("a")].Annotations["note"]!.Length);
    }

    [Fact]
    public async Task An_edit_of_an_annotation_alone_is_noticed_and_one_of_what_is_not_read_is_not()
    {
        await using var api = await StartAsync();
        await using var run = new ClusterRun(api);
        var before = await run.EqualAsync();

        api.Truth.Put(FakeObject.Make(ApiKind.Service, "shop", "web", """{"metadata": {"generation": 7}, "spec": {"ports": [{"name": "http", "port": 80}]}}"""));
        api.Truth.Put(FakeObject.Ingress("a", note: "new"));
        var after = await run.EqualAsync();

        Assert.Same(before.Services, after.Services);
        Assert.Equal("new", after.Ingresses[Make.Id("a")].Annotations["note"]);
    }

    internal static async Task<FakeApi> StartAsync(bool streams = true, bool refusesOldVersions = false)
    {
        var api = new FakeApi { Streams = streams, RefusesOldVersions = refusesOldVersions };
        api.Truth.Put(Start);
        await api.StartAsync();
        return api;
    }

    // All streams are cut, and nobody comes in again before it is over.
    internal static async Task OutageAsync(FakeApi api, Action meanwhile)
    {
        api.Admits = _ => false;
        await api.CutAsync();
        meanwhile();
        api.Admits = _ => true;
    }

    private static FakeFault Fault(string what, int number) => new(Enum.Parse<Misbehaviour>(what)) { Code = number, After = number };
}
