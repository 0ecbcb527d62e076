using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>How long a pod may take.</summary>
public sealed class TimeoutTests
{
    [Fact]
    public async Task A_pod_that_takes_too_long_is_given_up_by_the_nearest_timeout()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("sluice.dev/timeout-server", "200ms"));
        Assert.Equal("504", await site.AskAsync("/?gate=never"));
        Assert.Equal("app", await site.AskAsync());

        await site.AnnotateServiceAsync(("haproxy.org/timeout-server", "1h"));
        var slow = site.AskAsync("/?gate=late");
        await site.Pods.Gates["late"].ArrivalAsync();
        await Task.Delay(400, TestContext.Current.CancellationToken);
        site.Pods.Gates["late"].Open();
        Assert.Equal("app", await slow);
        await site.SameWorkerAsync();
    }
}
