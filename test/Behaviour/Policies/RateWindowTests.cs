using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Limits for any time, and what those get that are over one.</summary>
public sealed class RateWindowTests
{
    [Fact]
    public async Task The_first_use_of_a_period_that_is_rare_is_a_reload_and_all_others_are_live()
    {
        await using var site = await PolicySite.StartAsync();

        var change = await site.AnnotateAsync(("haproxy.org/rate-limit-requests", "3"), ("haproxy.org/rate-limit-period", "5400000"));
        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.Empty(change.Findings);
        Assert.Equal(["app", "app", "app", "403", "403"], await AskAsync(site, 5));
        Assert.Equal("5400", (await site.GetAsync())["Retry-After"]);
        Assert.Equal("app", await site.AskFromAsync("127.0.0.2"));

        Assert.Equal(ChangeKind.Runtime, (await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "4"), ("sluice.dev/rate-limit-period", "90m"))).Kind);
        Assert.Equal(["app", "429"], await AskAsync(site, 2));
        Assert.Equal(ChangeKind.Runtime, (await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "1"), ("sluice.dev/rate-limit-period", "1d"))).Kind);
        Assert.Equal(["app", "429"], await AskAsync(site, 2));
        Assert.Equal(ChangeKind.Runtime, (await site.AnnotateAsync()).Kind);
        Assert.Equal(["app", "app"], await AskAsync(site, 2));

        // What was in use once stays in the program, beside what comes later.
        Assert.Equal(ChangeKind.Reload, (await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "1"), ("sluice.dev/rate-limit-period", "300ms"))).Kind);
        Assert.Equal(ChangeKind.Runtime, (await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "4"), ("sluice.dev/rate-limit-period", "90m"))).Kind);
        Assert.Equal("429", await site.AskAsync());
    }

    [Fact]
    public async Task A_burst_evens_out_over_a_longer_time_whatever_the_period()
    {
        await using var site = await PolicySite.StartAsync();

        // Eight in two minutes, and thirty in an hour.
        await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "1"), ("sluice.dev/rate-limit-period", "2m"), ("sluice.dev/rate-limit-burst", "7"));
        Assert.Equal(["app", "app", "app", "app", "app", "app", "app", "app", "429"], await AskAsync(site, 9));

        // Eight in five hours, but not more than six in thirty.
        Assert.Equal(
            ChangeKind.Reload,
            (await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "1"), ("sluice.dev/rate-limit-period", "5h"), ("sluice.dev/rate-limit-burst", "7"))).Kind);
        Assert.Equal(["app", "app", "app", "app", "app", "app", "429"], await AskAsync(site, 7));
    }

    [Fact]
    public async Task Requests_over_a_limit_get_the_status_that_is_set_with_its_page()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(ConfigMap("pages", ("410", "no more")));
        foreach (var (status, text) in (IEnumerable<(int, string)>)[(418, "418\nRequest "), (599, "599\nRequest "), (451, "451\nRequest "), (503, "<h1>503 Service Unavailable"), (410, "no more")])
        {
            await site.AnnotateAsync(
                ("sluice.dev/rate-limit-requests", "1"), ("haproxy.org/rate-limit-period", "1h"), ("haproxy.org/rate-limit-status-code", $"{status}"),
                ("sluice.dev/error-pages", "pages"), ("sluice.dev/cors-enable", "true"));
            await site.AskAsync();
            var refused = await site.GetAsync("/", "Origin: https://a.test");
            Assert.Equal((status, "3600", "*"), (refused.Status, refused["Retry-After"], refused["Access-Control-Allow-Origin"]));
            Assert.Contains(text, refused.Text, StringComparison.Ordinal);
        }

        foreach (var wrong in (string[])["399", "600", "42", "many"])
        {
            var change = await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "1"), ("sluice.dev/rate-limit-period", "1h"), ("sluice.dev/rate-limit-status-code", wrong));
            Assert.Equal("metadata.annotations[sluice.dev/rate-limit-status-code]", Assert.Single(change.Findings).Field);
            Assert.Equal("429", await site.AskAsync());
        }

        await site.SameWorkerAsync();
    }

    private static async Task<IReadOnlyList<string>> AskAsync(PolicySite site, int times)
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
        {
            answers.Add(await site.AskAsync());
        }

        return answers;
    }
}
