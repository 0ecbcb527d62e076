using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>How many requests may be in progress at a time.</summary>
public sealed class ConcurrencyTests
{
    [Fact]
    public async Task A_client_has_no_more_requests_in_progress_than_the_limit_over_all_its_connections()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/limit-connections", "2"));

        var first = site.AskAsync("/?gate=one");
        await site.Pods.Gates["one"].ArrivalAsync();
        var second = site.Sluice.Http2.GetAsync("app.test", "/?gate=two");
        await site.Pods.Gates["two"].ArrivalAsync();
        Assert.Equal("429", await site.AskAsync());
        Assert.Equal(429, (await site.Sluice.Http2.GetAsync("app.test", "/")).Status);
        Assert.Equal("app", await site.AskFromAsync("127.0.0.2"));

        await site.AnnotateAsync(("sluice.dev/limit-connections", "3"));
        Assert.Equal("app", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/limit-connections", "2"));
        Assert.Equal("429", await site.AskAsync());
        site.Pods.Gates["one"].Open();
        Assert.Equal("app", await first);
        Assert.Equal("app", await site.AskAsync());
        site.Pods.Gates["two"].Open();
        Assert.Equal("app", (await second).Outcome);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task The_requests_of_an_Ingress_can_be_counted_together_and_a_limit_that_cannot_be_read_lets_nobody_through()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/limit-connections", "1"), ("sluice.dev/limit-connections-by", "ingress"));
        var first = site.AskAsync("/?gate=one");
        await site.Pods.Gates["one"].ArrivalAsync();
        Assert.Equal("429", await site.AskFromAsync("127.0.0.2"));
        Assert.Null((await site.GetAsync())["Retry-After"]);
        await site.AnnotateAsync(
            ("sluice.dev/limit-connections", "1"), ("sluice.dev/limit-connections-by", "ingress"), ("sluice.dev/limit-connections-status-code", "509"),
            ("sluice.dev/limit-connections-retry-after", "1500ms"));
        var told = await site.GetAsync();
        Assert.Equal((509, "2"), (told.Status, told["Retry-After"]));

        var change = await site.AnnotateAsync(("sluice.dev/limit-connections", "many"));
        Assert.Equal("metadata.annotations[sluice.dev/limit-connections]", Assert.Single(change.Findings).Field);
        Assert.Equal("503", await site.AskAsync());
        change = await site.AnnotateAsync(("sluice.dev/limit-connections-by", "ingress"));
        Assert.Equal("limit-connections-by does nothing without limit-connections", Assert.Single(change.Findings).Message);
        Assert.Equal("app", await site.AskAsync());

        site.Pods.Gates["one"].Open();
        Assert.Equal("app", await first);
        await site.SameWorkerAsync();
    }
}
