using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>An Ingress that takes a part of the requests of another.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task Header_then_cookie_then_weight_decide()
    {
        await using var site = await PolicySite.StartAsync("app", "new");
        var change = await CanaryAsync(
            site, ("sluice.dev/canary-weight", "100"), ("sluice.dev/canary-by-header", "X-Canary"), ("sluice.dev/canary-by-cookie", "beta"));
        Assert.Empty(change.Findings);
        Assert.Equal("new", await site.AskAsync());
        Assert.Equal("app", await site.AskAsync("/", "x-canary: never", "Cookie: beta=always"));
        Assert.Equal("app", await site.AskAsync("/", "x-canary: other", "Cookie: a=b; beta=never"));

        await CanaryAsync(site, ("sluice.dev/canary-weight", "0"), ("sluice.dev/canary-by-header", "X-Canary"), ("sluice.dev/canary-by-cookie", "beta"));
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal("new", await site.AskAsync("/", "x-canary: always", "Cookie: beta=never"));
        Assert.Equal("new", await site.AskAsync("/", "Cookie: beta=always"));
        Assert.Equal("app", await site.AskAsync("/", "x-xcanary: always", "Cookie: xbeta=always"));

        await CanaryAsync(site, ("sluice.dev/canary-by-header", "X-Canary"), ("sluice.dev/canary-by-header-value", "in the group |b"));
        Assert.Equal("app", await site.AskAsync("/", "X-Canary: always"));
        Assert.Equal("new", await site.AskAsync("/", "X-Canary: in the group |b"));
        await CanaryAsync(site, ("sluice.dev/canary-by-header", "X-Canary"), ("sluice.dev/canary-by-header-pattern", "^(beta|gamma)-[0-9]+$"));
        Assert.Equal(
            ["new", "app", "app", "app", "app"],
            [
                await site.AskAsync("/", "X-Canary: gamma-12"), await site.AskAsync("/", "X-Canary: xgamma-12"), await site.AskAsync("/", "X-Canary: gamma-12x"),
                await site.AskAsync("/", "X-Canary: always"), await site.AskAsync(),
            ]);
        change = await CanaryAsync(site, ("sluice.dev/canary-by-header", "X-Canary"), ("sluice.dev/canary-by-header-pattern", "(beta"));
        Assert.Equal("metadata.annotations[sluice.dev/canary-by-header-pattern]", Assert.Single(change.Findings).Field);
        await site.PutAsync();
        Assert.Equal("app", await site.AskAsync("/", "X-Canary: gamma-12"));
        await site.SameWorkerAsync();
    }

    [Theory]
    [InlineData(5, 100, 100)]
    [InlineData(333, 1000, 666)]
    public async Task The_share_is_exact(int weight, int total, int expected)
    {
        await using var site = await PolicySite.StartAsync("app", "new");
        await CanaryAsync(site, ("sluice.dev/canary-weight", $"{weight}"), ("sluice.dev/canary-weight-total", $"{total}"));
        await using var client = new RawHttp(site.Sluice.HttpPort);
        var taken = 0;
        for (var i = 0; i < 2000; i++)
        {
            taken += (await client.GetAsync(PolicySite.Host, "/")).Outcome == "new" ? 1 : 0;
        }

        Assert.InRange(taken, expected - 4, expected + 4);
    }

    [Fact]
    public async Task Without_a_ready_pod_or_a_route_to_share_nothing_goes_to_the_canary()
    {
        await using var site = await PolicySite.StartAsync("app", "new");
        await site.PutAsync(Service("new"), SliceOf("new"), Canary("new", ("sluice.dev/canary-weight", "100")));
        Assert.Equal("app", await site.AskAsync());
        await CanaryAsync(site, ("sluice.dev/canary-weight", "100"));
        Assert.Equal("new", await site.AskAsync());

        var change = await CanaryAsync(site, ("sluice.dev/canary-weight", "200"), ("sluice.dev/canary-by-header-value", "x"));
        Assert.Equal(
            ["metadata.annotations[sluice.dev/canary-by-header-value]", "metadata.annotations[sluice.dev/canary-weight]"], change.Findings.Select(finding => finding.Field));
        Assert.Equal("new", await site.AskAsync());

        change = await site.PutAsync(
            ServiceOf("other/new", site.Pods["new"]), Ingress("other/canary", [Rule(PolicySite.Host, Prefix("/", "new"))], annotations: [("sluice.dev/canary", "true"), ("sluice.dev/canary-weight", "100")]));
        Assert.Equal("CanaryWithoutRoute", Assert.Single(change.Findings).Code.Id);
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_canary_can_have_sessions_of_its_own()
    {
        await using var site = await PolicySite.StartAsync("app", "new");
        await CanaryAsync(site, ("sluice.dev/canary-weight", "100"), ("sluice.dev/cookie-persistence", "route"));
        var response = await site.GetAsync();
        Assert.Equal("new", response.Outcome);
        Assert.StartsWith("route=", response["Set-Cookie"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_has_the_sessions_of_the_route_that_it_shares_and_takes_nothing_in_maintenance()
    {
        await using var site = await PolicySite.StartAsync("app", "new");
        await site.AnnotateAsync(("sluice.dev/cookie-persistence", "route"));
        await CanaryAsync(site, ("sluice.dev/canary-weight", "50"));
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var session = 0; session < 10; session++)
        {
            var first = await site.GetAsync();
            var cookie = $"Cookie: {first["Set-Cookie"]!.Split(';')[0]}";
            Assert.Equal(first.Outcome, await site.AskAsync("/", cookie));
            Assert.Equal(first.Outcome, await site.AskAsync("/", cookie));
            outcomes[first.Outcome] = outcomes.GetValueOrDefault(first.Outcome) + 1;
        }

        Assert.InRange(outcomes["new"], 4, 6);

        await site.PutAsync(Service("new", [("sluice.dev/maintenance", "true")]), SliceOf("new", site.Pods["new"]), Canary("new", ("sluice.dev/canary-weight", "100")));
        Assert.Equal("app", await site.AskAsync());
        await CanaryAsync(site, ("sluice.dev/canary-weight", "100"));
        Assert.Equal("new", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    private static Task<Change> CanaryAsync(PolicySite site, params (string Key, string Value)[] annotations) =>
        site.PutAsync(ServiceOf("new", site.Pods["new"]), Canary("new", annotations));

    private static string Canary(string service, params (string Key, string Value)[] annotations) =>
        Ingress("canary", [Rule(PolicySite.Host, Prefix("/", service))], annotations: [("nginx.ingress.kubernetes.io/canary", "true"), .. annotations]);
}
