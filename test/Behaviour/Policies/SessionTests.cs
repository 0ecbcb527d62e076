using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>A cookie leads clients back to their pod.</summary>
public sealed class SessionTests
{
    [Theory]
    [InlineData("roundrobin")]
    [InlineData("leastconn")]
    [InlineData("random")]
    [InlineData("first")]
    [InlineData("source")]
    public async Task A_client_stays_at_its_pod_while_others_come_and_go_and_gets_another_when_it_is_gone(string balance)
    {
        await using var site = await PolicySite.StartAsync("a", "b", "c");
        await site.ServeAsync("a", "b");
        await site.AnnotateAsync(("sluice.dev/cookie-persistence", "route"), ("sluice.dev/load-balance", balance));
        var (pod, cookie) = await NewClientAsync(site);
        var other = pod == "a" ? "b" : "a";
        Assert.Equal([pod, pod, pod], await ComeBackAsync(site, cookie));

        await site.ServeAsync(pod, "c");
        Assert.Equal([pod, pod, pod], await ComeBackAsync(site, cookie));
        await site.ServeAsync(pod, "c", other);
        Assert.Equal([pod, pod, pod], await ComeBackAsync(site, cookie));

        await site.ServeAsync("c");
        var moved = await site.GetAsync("/", $"Cookie: {cookie}");
        Assert.Equal("c", moved.Outcome);
        var next = Cookie(moved);
        Assert.NotEqual(cookie, next);
        await site.ServeAsync("c", pod, other);
        Assert.Equal(["c", "c", "c"], await ComeBackAsync(site, next));
        Assert.Equal([pod, pod, pod], await ComeBackAsync(site, cookie));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Name_and_attributes_are_as_they_are_set_and_pods_see_only_cookies_of_their_own()
    {
        await using var site = await PolicySite.StartAsync("a", "b");
        await site.ServeAsync("a", "b");
        await site.AnnotateAsync(("haproxy.org/cookie-persistence", "first.id"));
        var set = (await site.GetAsync())["Set-Cookie"];
        Assert.Matches("^first.id=[0-9a-f]{16}; Path=/; HttpOnly$", set);

        var cookie = set!.Split(';')[0];
        var seen = (await site.GetAsync("/", $"Cookie: a=1; {cookie}; b=\"2,3\"")).Echo;
        Assert.Equal("a=1; b=\"2,3\"", seen["cookie"]);

        await site.AnnotateAsync(
            ("sluice.dev/cookie-persistence", "second"), ("sluice.dev/session-cookie-path", "/app"), ("sluice.dev/session-cookie-domain", "app.test"),
            ("sluice.dev/session-cookie-max-age", "2h"), ("sluice.dev/session-cookie-samesite", "Strict"), ("sluice.dev/session-cookie-secure", "true"),
            ("sluice.dev/session-cookie-http-only", "false"));
        var renamed = await site.GetAsync("/", $"Cookie: {cookie}");
        Assert.Matches("^second=[0-9a-f]{16}; Path=/app; Domain=app.test; Max-Age=7200; SameSite=Strict; Secure$", renamed["Set-Cookie"]);
        Assert.Equal(cookie, renamed.Echo["cookie"]);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task What_cannot_be_or_cannot_be_read_is_told_and_without_the_setting_there_is_no_cookie()
    {
        await using var site = await PolicySite.StartAsync();
        var change = await site.AnnotateAsync(("sluice.dev/cookie-persistence", "route"), ("sluice.dev/session-cookie-samesite", "None"));
        Assert.Contains("expected session-cookie-secure true", Assert.Single(change.Findings).Message, StringComparison.Ordinal);
        Assert.EndsWith("; SameSite=None; Secure; HttpOnly", (await site.GetAsync())["Set-Cookie"], StringComparison.Ordinal);

        change = await site.AnnotateAsync(("sluice.dev/cookie-persistence", "a; b"));
        Assert.Equal("metadata.annotations[sluice.dev/cookie-persistence]", Assert.Single(change.Findings).Field);
        Assert.Null((await site.GetAsync())["Set-Cookie"]);

        await site.AnnotateServiceAsync(("sluice.dev/cookie-persistence", "route"));
        Assert.StartsWith("route=", (await site.GetAsync())["Set-Cookie"], StringComparison.Ordinal);
        await site.AnnotateServiceAsync();
        Assert.Null((await site.GetAsync())["Set-Cookie"]);
        await site.SameWorkerAsync();
    }

    private static async Task<(string Pod, string Cookie)> NewClientAsync(PolicySite site)
    {
        var response = await site.GetAsync();
        return (response.Outcome, Cookie(response));
    }

    private static string Cookie(Response response) =>
        response["Set-Cookie"]?.Split(';')[0] ?? throw new InvalidOperationException($"No cookie: {response}");

    private static async Task<string[]> ComeBackAsync(PolicySite site, string cookie) =>
        [await site.AskAsync("/", $"Cookie: {cookie}"), await site.AskAsync("/", $"Cookie: {cookie}"), await site.AskAsync("/", $"Cookie: {cookie}")];
}
