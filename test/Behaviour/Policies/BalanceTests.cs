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
}
