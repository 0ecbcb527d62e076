using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>When a request is sent again, on which connection, and when it is given up.</summary>
public sealed class RetryTests
{
    [Fact]
    public async Task Requests_are_sent_again_as_often_as_is_set_if_they_may_be()
    {
        await using var site = await PolicySite.StartAsync();
        Assert.Equal(1, await TriesAsync(site, "GET"));

        var change = await site.AnnotateAsync(("sluice.dev/retries", "2"), ("sluice.dev/retry-on", "503, conn-failure"));
        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.Equal(3, await TriesAsync(site, "GET"));
        Assert.Equal(1, await TriesAsync(site, "POST"));
        Assert.Equal("app", await site.AskAsync());

        RuntimeChanges.AssertKind(await site.AnnotateAsync());
        Assert.Equal(1, await TriesAsync(site, "GET"));
        RuntimeChanges.AssertKind(await site.AnnotateServiceAsync(("sluice.dev/retries", "2"), ("sluice.dev/retry-on", "conn-failure,503")));
        Assert.Equal(3, await TriesAsync(site, "GET"));

        change = await site.AnnotateServiceAsync(("sluice.dev/retries", "100"), ("sluice.dev/retry-on", "500 502"), ("sluice.dev/http-reuse", "often"));
        Assert.Equal(
            ["metadata.annotations[sluice.dev/http-reuse]", "metadata.annotations[sluice.dev/retries]", "metadata.annotations[sluice.dev/retry-on]"],
            change.Findings.Select(finding => finding.Field));
        Assert.Equal(1, await TriesAsync(site, "GET"));
    }

    [Fact]
    public async Task Connections_to_pods_are_shared_as_it_is_set()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/http-reuse", "always"));
        await site.AskAsync();
        var before = site.Pods.Connections;
        Assert.Equal(["app", "app"], [await site.AskAsync(), await site.AskAsync()]);
        Assert.Equal(before, site.Pods.Connections);
        await site.AnnotateAsync(("sluice.dev/http-reuse", "never"));
        Assert.Equal(["app", "app"], [await site.AskAsync(), await site.AskAsync()]);
        Assert.Equal(before + 2, site.Pods.Connections);
    }

    [Fact]
    public async Task A_client_that_goes_away_while_it_waits_is_forgotten()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("haproxy.org/abortonclose", "true"), ("sluice.dev/pod-maxconn", "1"));
        var first = site.AskAsync("/?gate=first");
        await site.Pods.Gates["first"].ArrivalAsync();
        await using (var second = await RawConnection.OpenAsync(site.Sluice.HttpPort))
        {
            await second.WriteAsync("GET", "/?gate=second", PolicySite.Host);
            await WaitingAsync(site, 1);
        }

        await WaitingAsync(site, 0);
        site.Pods.Gates["first"].Open();
        Assert.Equal("app", await first);
        Assert.Equal("app", await site.AskAsync());
        Assert.False(site.Pods.Gates["second"].ArrivalAsync().IsCompleted);
    }

    [Fact]
    public async Task A_new_pod_gets_its_share_slowly()
    {
        await using var site = await PolicySite.StartAsync("a", "b");
        await site.AnnotateAsync(("sluice.dev/slow-start", "1500ms"));

        // The first pod is new, too, when the setting comes.
        await Task.Delay(1600, TestContext.Current.CancellationToken);
        await site.ServeAsync("a", "b");
        await using var client = new RawHttp(site.Sluice.HttpPort);
        var answers = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add((await client.GetAsync(PolicySite.Host, "/")).Outcome);
        }

        Assert.InRange(answers.Count(pod => pod == "b"), 0, 3);
        await site.AnnotateAsync();
        Assert.Equal(["a", "b"], new[] { await site.AskAsync(), await site.AskAsync() }.Order());
        await site.SameWorkerAsync();
    }

    // How many requests came to pods for one that is answered 503.
    private static async Task<int> TriesAsync(PolicySite site, string method)
    {
        var before = site.Pods.Requests;
        await using var client = new RawHttp(site.Sluice.HttpPort);
        Assert.Equal("503", (await client.SendAsync(method, "/?status=503", PolicySite.Host)).Outcome);
        return site.Pods.Requests - before;
    }

    // How many requests wait for a pod; HAProxy has no event for it.
    private static async Task WaitingAsync(PolicySite site, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!(await site.AskHaproxyAsync("show stat -1 2 -1")).Split('\n')
            .Any(line => line.StartsWith("default_app_80_", StringComparison.Ordinal) && line.Split(',')[2] == $"{count}"))
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
