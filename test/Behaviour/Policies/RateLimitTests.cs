using System.Globalization;
using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>How many requests may come in a time.</summary>
public sealed class RateLimitTests
{
    private static readonly (string, string) Hourly = ("sluice.dev/rate-limit-period", "1h");

    [Fact]
    public async Task A_client_gets_what_the_limit_allows_and_others_do_not_suffer_from_it()
    {
        await using var site = await PolicySite.StartAsync();
        await site.Sluice.ApplyAsync(files => files.Write("other.yaml", Ingress(
            "other", [Rule("other.test", Prefix("/", "app"))], annotations: [("sluice.dev/rate-limit-requests", "3"), Hourly])));
        await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "3"), Hourly);

        Assert.Equal(["app", "app", "app", "429", "429"], await AskAsync(site, 5));
        var refused = await site.GetAsync();
        Assert.Equal("3600", refused["Retry-After"]);
        Assert.Contains("429 Too Many Requests", refused.Text, StringComparison.Ordinal);

        // Another client, and the same client at another Ingress with the very same limit.
        Assert.Equal("app", await site.AskFromAsync("127.0.0.2"));
        Assert.Equal("app", await site.AskFromAsync("127.0.0.1", "other.test"));

        // The count goes on when the limit changes, and what was refused is not in it.
        await site.AnnotateAsync(("haproxy.org/rate-limit-requests", "5"), ("haproxy.org/rate-limit-period", "3600000"), ("haproxy.org/rate-limit-status-code", "403"));
        Assert.Equal(["app", "app", "403"], await AskAsync(site, 3));
        await site.AnnotateAsync();
        Assert.Equal(["app", "app"], await AskAsync(site, 2));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Clients_can_be_exempt_and_counted_together()
    {
        await using var site = await PolicySite.StartAsync();
        var limit = ("sluice.dev/rate-limit-requests", "1");

        await site.AnnotateAsync(limit, Hourly, ("haproxy.org/rate-limit-whitelist", "127.0.0.0/31"));
        Assert.Equal(["app", "app"], await AskAsync(site, 2));
        Assert.Equal(["app", "429"], [await site.AskFromAsync("127.0.0.2"), await site.AskFromAsync("127.0.0.2")]);

        await site.AnnotateAsync(limit, Hourly, ("sluice.dev/rate-limit-by", "ingress"));
        Assert.Equal(["app", "429"], [await site.AskAsync(), await site.AskFromAsync("127.0.0.3")]);

        await site.AnnotateAsync(limit, Hourly, ("sluice.dev/rate-limit-by", "header:X-Key"));
        Assert.Equal(["app", "429"], [await site.AskAsync("/", "X-Key: one"), await site.AskAsync("/", "x-kEY: one", "X-Key: three")]);
        Assert.Equal("app", await site.AskAsync("/", "X-Not-Key: 1", "Y: X-Key: one", "X-Key: two"));
        Assert.Equal(["app", "429"], [await site.AskAsync("/", "X-Key-Not: 1"), await site.AskAsync("/", "X-Key:")]);
        Assert.Equal("app", await site.AskFromAsync("127.0.0.4"));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_burst_is_let_through_and_evened_out()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "1"), ("sluice.dev/rate-limit-period", "10m"), ("sluice.dev/rate-limit-burst", "7"));

        // Eight in ten minutes, but not more than six in an hour.
        Assert.Equal(["app", "app", "app", "app", "app", "app", "429"], await AskAsync(site, 7));
        await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "2"), ("sluice.dev/rate-limit-period", "10m"), ("sluice.dev/rate-limit-burst", "5"));
        Assert.Equal(["app", "429"], await AskAsync(site, 2));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_limit_of_one_each_second_is_one_each_second()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "1"));
        Assert.Equal("app", await site.AskAsync());
        var refused = await site.GetAsync();
        Assert.Equal(429, refused.Status);
        await Task.Delay(TimeSpan.FromSeconds(int.Parse(refused["Retry-After"]!, System.Globalization.CultureInfo.InvariantCulture) + 0.05), TestContext.Current.CancellationToken);
        Assert.Equal("app", await site.AskAsync());
    }

    [Fact]
    public async Task Counts_outlive_a_reload()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "2"), Hourly);
        Assert.Equal(["app", "app", "429"], await AskAsync(site, 3));

        var former = await site.Sluice.Master.WorkerPidAsync();
        await site.ConfigureAsync(("server-header", "false"));
        await site.Sluice.WorkerReplacedAsync(former);
        Assert.Equal("429", await site.AskAsync());
        Assert.Equal("app", await site.AskFromAsync("127.0.0.2"));
    }

    [Fact]
    public async Task A_flood_of_clients_takes_no_more_room_than_is_set_and_frees_nobody_who_goes_on_to_ask()
    {
        const int Size = 1_000;
        await using var site = await PolicySite.StartAsync();
        await site.ConfigureAsync(("rate-limit-size", $"{Size}"), ("trusted-proxies", "127.0.0.1"));
        await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "2"), Hourly);
        await using var client = new RawHttp(site.Sluice.HttpPort);

        // Of a full table HAProxy gives up what it has not seen for some time, and not just the very oldest.
        var greedy = new List<string>();
        for (var number = 0; number < 5 * Size; number++)
        {
            if (number % (Size / 40) == 0)
            {
                greedy.Add((await client.GetAsync(PolicySite.Host, "/", ["X-Forwarded-For: 10.255.0.1"])).Outcome);
            }

            Assert.Equal("app", (await client.GetAsync(PolicySite.Host, "/", [$"X-Forwarded-For: 10.1.{number / 250}.{number % 250}"])).Outcome);
        }

        Assert.Equal(["app", "app", .. Enumerable.Repeat("429", greedy.Count - 2)], greedy);
        var used = (await site.AskHaproxyAsync("show table limits/rate1h")).Split('\n')[0].Split("used:")[1];
        Assert.InRange(int.Parse(used, CultureInfo.InvariantCulture), Size / 2, Size);
    }

    [Fact]
    public async Task HAProxy_does_not_wait_for_one_that_takes_its_counts_when_it_ends()
    {
        await using var site = await PolicySite.StartAsync(await EchoPods.StartAsync("app"), settings => settings with { GracePeriod = TimeSpan.FromSeconds(20) });
        await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "2"), Hourly);
        Assert.Equal("app", await site.AskAsync());

        var began = TimeProvider.System.GetTimestamp();
        await site.Sluice.StopAsync(TestContext.Current.CancellationToken);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task What_cannot_be_read_lets_nobody_through_and_what_does_nothing_is_told()
    {
        await using var site = await PolicySite.StartAsync();

        var change = await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "10"), ("haproxy.org/rate-limit-period", "25h"));
        var finding = Assert.Single(change.Findings);
        Assert.Equal("metadata.annotations[haproxy.org/rate-limit-period]", finding.Field);
        Assert.Contains("a number alone is milliseconds, from 100ms to 1d in tenths of a second; requests it would guard get 503", finding.Message, StringComparison.Ordinal);
        Assert.Equal("503", await site.AskAsync());

        change = await site.AnnotateAsync(("haproxy.org/rate-limit-period", "1m"), ("sluice.dev/rate-limit-burst", "3"));
        Assert.All(change.Findings, found => Assert.Equal(FindingCode.IncompleteSetting, found.Code));
        Assert.Equal(
            ["metadata.annotations[haproxy.org/rate-limit-period]", "metadata.annotations[sluice.dev/rate-limit-burst]"],
            change.Findings.Select(found => found.Field).Order(StringComparer.Ordinal));
        Assert.Equal("app", await site.AskAsync());

        change = await site.ConfigureAsync(("rate-limit-requests", "1"));
        Assert.Empty(change.Findings);
        await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "0"));
        Assert.Equal(["app", "app"], await AskAsync(site, 2));
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
