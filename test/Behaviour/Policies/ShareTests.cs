using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Services that share the requests of a rule.</summary>
public sealed class ShareTests
{
    private const string Weights = "sluice.dev/service-weights";

    [Theory]
    [InlineData("app=70,v2=20,v3=10", 7000, 2000, 1000)]
    [InlineData("app=1,v2=999999,v3=0", 0, 10000, 0)]
    public async Task Ten_thousand_requests_at_a_time_are_shared_exactly(string weights, int app, int v2, int v3)
    {
        await using var site = await StartAsync();
        Assert.Empty((await site.AnnotateAsync((Weights, weights))).Findings);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskOftenAsync(site, 1250))));
        var counts = outcomes.SelectMany(all => all).CountBy(outcome => outcome).ToDictionary(StringComparer.Ordinal);
        Assert.InRange(counts.GetValueOrDefault("app"), app - 50, app + 50);
        Assert.InRange(counts.GetValueOrDefault("v2"), v2 - 50, v2 + 50);
        Assert.InRange(counts.GetValueOrDefault("v3"), v3 - (v3 > 0 ? 50 : 0), v3 + (v3 > 0 ? 50 : 0));
    }

    [Fact]
    public async Task Weights_change_live_and_what_is_not_ready_leaves_its_part_to_the_others()
    {
        await using var site = await StartAsync();
        await site.AnnotateAsync((Weights, "app=50, v2=50"));
        await IsSharedAsync(site, ("app", 50), ("v2", 50));
        await site.AnnotateAsync((Weights, "app=60,v2=30,v3:80=10"));
        await IsSharedAsync(site, ("app", 60), ("v2", 30), ("v3", 10));
        await site.AnnotateAsync((Weights, "app=0,v2=3,v3=1"));
        await IsSharedAsync(site, ("v2", 75), ("v3", 25));

        await site.PutAsync(Service("v2"), SliceOf("v2"), ServiceOf("v3", site.Pods["v3"]));
        await IsSharedAsync(site, ("v3", 100));
        await site.PutAsync(Service("v2"), SliceOf("v2"), Service("v3"), SliceOf("v3"));
        await IsSharedAsync(site, ("503", 100));
        await site.PutAsync(Service("v2", [("sluice.dev/maintenance", "true")]), SliceOf("v2", site.Pods["v2"]), ServiceOf("v3", site.Pods["v3"]));
        await IsSharedAsync(site, ("v3", 100));
        await PutAllAsync(site);
        await IsSharedAsync(site, ("v2", 75), ("v3", 25));
        await site.AnnotateAsync((Weights, "app=2,v2=1,v3=1"));
        await site.AnnotateServiceAsync(("sluice.dev/maintenance", "true"));
        await IsSharedAsync(site, ("v2", 50), ("v3", 50));
        await site.PutAsync(Service("v2", [("sluice.dev/maintenance", "true")]), SliceOf("v2", site.Pods["v2"]), Service("v3", [("sluice.dev/maintenance", "true")]), SliceOf("v3", site.Pods["v3"]));
        await IsSharedAsync(site, ("503", 100));
        Assert.Equal("60", (await site.GetAsync())["Retry-After"]);
        await site.AnnotateServiceAsync();
        await IsSharedAsync(site, ("app", 100));
        await PutAllAsync(site);
        await site.AnnotateAsync();
        await IsSharedAsync(site, ("app", 100));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task What_is_not_there_or_cannot_be_read_is_told_and_the_others_serve()
    {
        await using var site = await StartAsync();
        var change = await site.AnnotateAsync((Weights, "app=50,gone=25,v2:8443=25"));
        Assert.Equal(
            [$"PortNotFound Ingress default/app metadata.annotations[{Weights}]", $"ServiceNotFound Ingress default/app metadata.annotations[{Weights}]"], Told(change));
        Assert.EndsWith("; the others get its part", change.Findings[0].Message, StringComparison.Ordinal);
        await IsSharedAsync(site, ("app", 100));

        foreach (var malformed in new[] { "app", "app=", "app=-1", "app=1000001", "app=0,v2=0", "app=1,app=1", "app=1,v2;v3=1", "App=1", "app:=1", "app=1,,v2=1", "a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1" })
        {
            change = await site.AnnotateAsync((Weights, malformed));
            Assert.Equal([$"InvalidSetting Ingress default/app metadata.annotations[{Weights}]"], Told(change));
        }

        change = await site.AnnotateAsync((Weights, "v2=50,v3=50"));
        Assert.Contains("expected the Service of a rule among them", Assert.Single(change.Findings).Message, StringComparison.Ordinal);
        await IsSharedAsync(site, ("app", 100));

        await site.AnnotateAsync();
        change = await site.AnnotateServiceAsync((Weights, "v2=1,v3=1"));
        Assert.Equal([$"InvalidSetting Service default/app metadata.annotations[{Weights}]"], Told(change));
        Assert.Empty((await site.AnnotateServiceAsync((Weights, "v2=1,app=1"))).Findings);
        await IsSharedAsync(site, ("app", 50), ("v2", 50));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_client_with_a_session_stays_at_its_Service()
    {
        await using var site = await StartAsync();
        (string, string) session = ("sluice.dev/cookie-persistence", "route");
        await site.AnnotateAsync((Weights, "app=1,v2=1,v3=1"), session);
        var cookies = new Dictionary<string, string>(StringComparer.Ordinal);
        while (cookies.Count < 3)
        {
            var response = await site.GetAsync();
            cookies[response.Outcome] = $"Cookie: {response["Set-Cookie"]!.Split(';')[0]}";
        }

        await site.AnnotateAsync((Weights, "app=1,v2=1,v3=98"), session);
        Assert.Equal(["app", "app", "v2", "v2"], [.. await AskOftenAsync(site, 2, cookies["app"]), .. await AskOftenAsync(site, 2, cookies["v2"])]);
        await site.AnnotateAsync((Weights, "app=0,v2=1,v3=0"), session);
        Assert.Equal(["v2", "v2", "v2", "v2"], [.. await AskOftenAsync(site, 2, cookies["app"]), .. await AskOftenAsync(site, 2, cookies["v3"])]);
        await site.AnnotateAsync((Weights, "app=1,v2=1"));
        await site.AnnotateServiceAsync(session);
        Assert.Equal(["v2", "v2", "v2"], await AskOftenAsync(site, 3, cookies["v2"]));
        await site.AnnotateServiceAsync();
        await site.AnnotateAsync((Weights, "app=1,v2=1"), session);
        await site.PutAsync(Service("v2"), SliceOf("v2"));
        Assert.Equal(["app", "app"], await AskOftenAsync(site, 2, cookies["v2"]));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_client_with_a_session_stays_at_a_canary_or_where_it_is()
    {
        await using var site = await StartAsync();
        (string, string) session = ("sluice.dev/cookie-persistence", "route");
        await site.AnnotateAsync(session);
        await PutAllAsync(site, Canary(("sluice.dev/canary-weight", "50"), session));
        var cookies = new Dictionary<string, string>(StringComparer.Ordinal);
        while (cookies.Count < 2)
        {
            var response = await site.GetAsync();
            cookies[response.Outcome] = $"Cookie: {response["Set-Cookie"]!.Split(';')[0]}";
        }

        Assert.Equal(
            ["app", "app", "app", "v3", "v3", "v3"], [.. await AskOftenAsync(site, 3, cookies["app"]), .. await AskOftenAsync(site, 3, cookies["v3"])]);
        await PutAllAsync(site, Canary(("sluice.dev/canary-weight", "0"), session));
        Assert.Equal("app", await site.AskAsync("/", cookies["v3"]));
        await PutAllAsync(site, Canary(("sluice.dev/canary-weight", "100"), session));
        Assert.Equal("v3", await site.AskAsync("/", cookies["app"]));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_canary_takes_its_part_before_and_the_rest_is_shared()
    {
        await using var site = await StartAsync();
        await site.AnnotateAsync((Weights, "app=1,v2=1"));
        Assert.Empty((await PutAllAsync(site, Canary(("sluice.dev/canary-weight", "20"), ("sluice.dev/canary-by-header", "X-Canary")))).Findings);
        await IsSharedAsync(site, ("app", 40), ("v2", 40), ("v3", 20));
        Assert.Equal(["v3", "v3", "v3"], await AskOftenAsync(site, 3, "X-Canary: always"));
        Assert.DoesNotContain("v3", await AskOftenAsync(site, 20, "X-Canary: never"));
        var change = await PutAllAsync(site, Canary(("sluice.dev/canary-weight", "20"), (Weights, "v3=1,v2=1")));
        Assert.Equal([$"InvalidSetting Ingress default/canary metadata.annotations[{Weights}]"], Told(change));
        await site.SameWorkerAsync();
    }

    private static async Task<PolicySite> StartAsync()
    {
        var site = await PolicySite.StartAsync("app", "v2", "v3");
        await PutAllAsync(site);
        return site;
    }

    private static Task<Change> PutAllAsync(PolicySite site, string canary = "") =>
        site.PutAsync(ServiceOf("v2", site.Pods["v2"]), ServiceOf("v3", site.Pods["v3"]), canary);

    private static string Canary(params (string Key, string Value)[] annotations) =>
        Ingress("canary", [Rule(PolicySite.Host, Prefix("/", "v3"))], annotations: [("sluice.dev/canary", "true"), .. annotations]);

    private static IEnumerable<string> Told(Change change) => change.Findings.Select(finding => $"{finding.Code} {finding.Object} {finding.Field}").Order(StringComparer.Ordinal);

    private static async Task<List<string>> AskOftenAsync(PolicySite site, int count, params string[] headers)
    {
        await using var client = new RawHttp(site.Sluice.HttpPort);
        var outcomes = new List<string>();
        while (outcomes.Count < count)
        {
            outcomes.Add((await client.GetAsync(PolicySite.Host, "/", headers)).Outcome);
        }

        return outcomes;
    }

    // Of a hundred requests.
    private static async Task IsSharedAsync(PolicySite site, params (string Outcome, int Count)[] expected)
    {
        var counts = (await AskOftenAsync(site, 100)).CountBy(outcome => outcome).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(expected.Select(part => part.Outcome).Order(StringComparer.Ordinal), counts.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, part => Assert.InRange(counts[part.Outcome], part.Count - 3, part.Count + 3));
    }
}
