using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>How requests are spread over pods.</summary>
public sealed class BalanceTests
{
    [Fact]
    public async Task The_algorithm_and_the_limit_of_a_pod_change_at_run_time()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("sluice.dev/load-balance", "first"), ("sluice.dev/pod-maxconn", "1"));
        Assert.Equal("app", await site.AskAsync());
        var first = site.AskAsync("/?gate=one");
        await site.Pods.Gates["one"].ArrivalAsync();
        var second = site.AskAsync("/?gate=two");
        var arrival = site.Pods.Gates["two"].ArrivalAsync();
        Assert.False(arrival.IsCompleted);
        site.Pods.Gates["one"].Open();
        await arrival;
        site.Pods.Gates["two"].Open();
        Assert.Equal(["app", "app"], [await first, await second]);

        await site.AnnotateServiceAsync(("sluice.dev/load-balance", "leastconn"));
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Servers_have_the_weight_that_is_set_and_none_while_they_drain()
    {
        await using var site = await PolicySite.StartAsync("app", "second");
        await site.ServeAsync("app", "second");
        Assert.Equal([("app", "1"), ("second", "1")], await WeightsAsync(site));
        await site.ConfigureAsync(("server-weight", "16"));
        await site.AnnotateAsync(("sluice.dev/server-weight", "256"), ("sluice.dev/load-balance", "uri"));
        Assert.Equal([("app", "256"), ("second", "256")], await WeightsAsync(site));

        await site.ServeAsync("second");
        Assert.Equal([("second", "256")], await WeightsAsync(site));
        await site.ServeAsync("app", "second");
        Assert.Equal([("app", "256"), ("second", "256")], await WeightsAsync(site));

        var change = await site.AnnotateAsync(("sluice.dev/server-weight", "0"));
        Assert.Equal("metadata.annotations[sluice.dev/server-weight]", Assert.Single(change.Findings).Field);
        Assert.Equal([("app", "16"), ("second", "16")], await WeightsAsync(site));
        await site.ConfigureAsync();
        Assert.Equal([("app", "1"), ("second", "1")], await WeightsAsync(site));
        await site.SameWorkerAsync();
    }

    // Of the servers that get requests; each backend that was replaced has none any more.
    private static async Task<IEnumerable<(string Pod, string Weight)>> WeightsAsync(PolicySite site) =>
        from line in (await site.AskHaproxyAsync("show servers state")).Split('\n')
        let cells = line.Split(' ')
        where cells is [_, _, _, _, _, _, "0", not "0", ..]
        from pod in site.Pods.All
        where pod.Address.ToString() == cells[4]
        orderby pod.Name
        select (pod.Name, cells[7]);
}
