using System.Net;
using Sluice.Controller.Cluster;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>A server that is silent is noticed, and one that is in trouble is not asked without rest.</summary>
public sealed class PatienceTests
{
    private static readonly ReflectorTimes Impatient = ClusterRun.Times with { Silence = TimeSpan.FromMilliseconds(150) };

    private static bool OfIngresses(FakeRequest request) => request.Kind == ApiKind.Ingress;

    [Theory]
    [InlineData("Silence")]
    [InlineData("NoAnswer")]
    [InlineData("EndlessRefusal")]
    public async Task Silence_is_noticed(string what)
    {
        foreach (var streams in new[] { true, false })
        {
            await using var api = await ReflectorTests.StartAsync(streams);
            var fault = new FakeFault(Enum.Parse<Misbehaviour>(what)) { Plural = "ingresses", Verb = "watch", Times = 2 };
            api.Misbehave(fault);
            var endpoint = new ApiEndpoint { Server = api.Address, Credentials = new Credentials.None(), AnswerLimit = TimeSpan.FromMilliseconds(150) };
            await using var run = new ClusterRun(api, times: Impatient, endpoint: endpoint);
            await run.EqualAsync();

            api.Misbehave(fault);
            await ReflectorTests.OutageAsync(api, () => api.Truth.Put(FakeObject.Ingress("e")));
            await run.EqualAsync();
        }
    }

    [Fact]
    public async Task A_server_that_has_nothing_to_say_at_all_is_asked_anew_and_nobody_is_warned()
    {
        foreach (var streams in new[] { true, false })
        {
            await using var api = await ReflectorTests.StartAsync(streams);
            await using var run = new ClusterRun(api, times: Impatient);
            await run.EqualAsync();

            await api.AskedAsync(request => OfIngresses(request) && request.IsResumed, 3);

            Assert.DoesNotContain(run.Log.Lines, line => line.Contains("nothing was heard", StringComparison.Ordinal));
            api.Truth.Put(FakeObject.Ingress("e"));
            await run.EqualAsync();
        }
    }

    [Fact]
    public async Task A_watch_that_has_nothing_to_say_but_bookmarks_is_kept_and_gone_on_from_there()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api, times: Impatient with { Silence = TimeSpan.FromMilliseconds(500) });
        await run.EqualAsync();
        await api.AskedAsync(request => request.Verb == "watch", 6);

        var watches = api.Count(OfIngresses);
        for (var i = 0; i < 40; i++)
        {
            // Nothing that the others read: only the bookmarks tell them of the version.
            api.Truth.Put(FakeObject.Config("x", $"{i}"));
            api.Truth.SendBookmarks();
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(watches, api.Count(OfIngresses));
        api.Truth.Compact();
        var lists = api.Count(request => request.IsList);
        await api.CutAsync();
        await api.AskedAsync(request => OfIngresses(request) && request.IsResumed);
        api.Truth.Put(FakeObject.Ingress("e"));
        await run.EqualAsync();
        Assert.Equal(lists, api.Count(request => request.IsList));
    }

    [Theory]
    [InlineData("EndAtOnce", 0, "")]
    [InlineData("ErrorEvent", 410, "watch")]
    [InlineData("ErrorEvent", 500, "")]
    [InlineData("Refuse", 410, "watch")]
    [InlineData("Refuse", 500, "")]
    [InlineData("Abort", 0, "")]
    [InlineData("Garbage", 0, "")]
    public async Task A_server_that_fails_again_and_again_is_given_rest(string what, int number, string verb)
    {
        foreach (var streams in new[] { true, false })
        {
            await using var api = await ReflectorTests.StartAsync(streams);
            var times = ClusterRun.Times with { FirstRetry = TimeSpan.FromMilliseconds(20), LastRetry = TimeSpan.FromSeconds(10), ShortestWatch = TimeSpan.FromSeconds(1) };
            await using var run = new ClusterRun(api, times: times);
            await run.EqualAsync();

            var before = api.Count(OfIngresses);
            api.Misbehave(new FakeFault(Enum.Parse<Misbehaviour>(what)) { Code = number, Plural = "ingresses", Verb = streams ? "" : verb, Times = 1000 });
            await api.CutAsync();
            await Task.Delay(500, TestContext.Current.CancellationToken);

            // 10, 20, 40, 80, 160 and 320 ms at the least, with at most a list for each watch. Without rest they would be thousands.
            Assert.InRange(api.Count(OfIngresses) - before, 2, 2 * 14);
        }
    }

    [Fact]
    public async Task A_watch_that_ends_after_each_event_is_given_rest_but_does_not_fall_behind()
    {
        await using var api = await ReflectorTests.StartAsync();
        var times = ClusterRun.Times with { FirstRetry = TimeSpan.FromMilliseconds(20), LastRetry = TimeSpan.FromSeconds(10), ShortestWatch = TimeSpan.FromSeconds(1) };
        await using var run = new ClusterRun(api, times: times);
        await run.EqualAsync();

        var before = api.Count(OfIngresses);
        api.Misbehave(new FakeFault(Misbehaviour.EndAtOnce) { Plural = "ingresses", Times = 1000 });
        await api.CutAsync();
        for (var i = 0; i < 50; i++)
        {
            api.Truth.Put(FakeObject.Ingress("a", $"{i}.example.com"));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        var started = TimeProvider.System.GetTimestamp();
        await run.EqualAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds, 0, 5000);
        Assert.InRange(api.Count(OfIngresses) - before, 5, 60);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_server_that_asks_for_time_gets_it(int code)
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Misbehave(new FakeFault(Misbehaviour.Refuse) { Plural = "ingresses", Code = code, RetryAfter = "1" });
        await using var run = new ClusterRun(api);

        await api.AskedAsync(OfIngresses);
        var started = TimeProvider.System.GetTimestamp();
        await api.AskedAsync(OfIngresses, 2);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds, 950, 3000);
        await run.EqualAsync();
    }

    [Fact]
    public void Nobody_waits_for_years()
    {
        var refusal = ApiException.FromStatus("""{"code": 429, "details": {"retryAfterSeconds": 2147483647}}"""u8);

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromMinutes(5)), (refusal.Code, refusal.RetryAfter));
    }

    [Fact]
    public void A_version_that_the_server_does_not_have_yet_is_as_one_that_it_has_no_more()
    {
        var refusal = ApiException.FromStatus("""{"code": 504, "message": "Timeout", "details": {"causes": [null, {"reason": "ResourceVersionTooLarge"}]}}"""u8);

        Assert.True(refusal.IsGone);
        Assert.False(ApiException.FromStatus("""{"code": 504}"""u8).IsGone);
    }
}
