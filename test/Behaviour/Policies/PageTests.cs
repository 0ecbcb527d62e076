using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Pages of users for errors.</summary>
public sealed class PageTests
{
    private static readonly (string, string) Named = ("sluice.dev/error-pages", "pages");

    [Fact]
    public async Task Pages_come_change_and_go_for_whatever_refuses_a_request()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(Named, ("sluice.dev/deny-list", "127.0.0.1"), ("sluice.dev/hsts", "true"), ("sluice.dev/cors-enable", "true"));
        await site.PutAsync(ConfigMap("pages", ("403", "<h1>Keep out, 100% | 'quoted' %[src]</h1>"), ("503.json", """{"wait":true}"""), ("413.txt", "zu groß")));
        var page = await site.GetTlsAsync();
        Assert.Equal(
            (403, "<h1>Keep out, 100% | 'quoted' %[src]</h1>", "text/html; charset=utf-8", "max-age=31536000"),
            (page.Status, page.Text, page["Content-Type"], page["Strict-Transport-Security"]));

        await site.PutAsync(ConfigMap("pages", ("403.json", """{"no":1}"""), ("503.json", """{"wait":true}"""), ("413.txt", "zu groß")));
        page = await site.GetAsync("/", "Origin: https://a.example.com");
        Assert.Equal((403, """{"no":1}""", "application/json"), (page.Status, page.Text, page["Content-Type"]));

        await site.AnnotateAsync(Named, ("sluice.dev/max-body-size", "10"), ("sluice.dev/cors-enable", "true"));
        page = await site.SendAsync("POST", "/", "Content-Length: 11", "Origin: https://a.example.com");
        Assert.Equal((413, "zu groß", "text/plain; charset=utf-8", "*"), (page.Status, page.Text, page["Content-Type"], page["Access-Control-Allow-Origin"]));
        await site.ServeAsync();
        page = await site.GetAsync();
        Assert.Equal((503, """{"wait":true}""", "application/json"), (page.Status, page.Text, page["Content-Type"]));
        await site.AnnotateAsync();
        Assert.Contains("<p>Request ", (await site.GetAsync()).Text, StringComparison.Ordinal);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_page_that_cannot_be_used_is_told_and_only_that_one_is_our_own()
    {
        await using var site = await PolicySite.StartAsync();
        var change = await site.AnnotateAsync(Named, ("sluice.dev/deny-list", "127.0.0.1"));
        Assert.Equal([FindingCode.ConfigMapNotFound], change.Findings.Select(finding => finding.Code));
        Assert.Contains("<h1>403 Forbidden</h1>", (await site.GetAsync()).Text, StringComparison.Ordinal);

        change = await site.PutAsync(ConfigMap(
            "pages", ("403", new string('x', 12_001)), ("404", ""), ("4xx", "x"), ("503", "first"), ("503.html", "second"), ("README", "x")));
        Assert.Equal(
            [
                "403: the page has 12001 bytes,", "404: expected a page,", "4xx: expected one of", "503.html: key 503 is", "README: expected one of",
            ],
            change.Findings.Select(finding => string.Join(' ', finding.Message["ConfigMap default/pages, key ".Length..].Split(' ').Take(finding.Message.Contains("12001", StringComparison.Ordinal) ? 6 : 4))));
        Assert.All(change.Findings, finding => Assert.Equal(FindingCode.InvalidConfigMap, finding.Code));
        Assert.Contains("<h1>403 Forbidden</h1>", (await site.GetAsync()).Text, StringComparison.Ordinal);

        change = await site.PutAsync(ConfigMap("pages", ("403", new string('x', 12_000))));
        Assert.Empty(change.Findings);
        Assert.Equal(new string('x', 12_000), (await site.GetAsync()).Text);
        await site.SameWorkerAsync();

        await site.Sluice.RestartAsync(_ => { });
        Assert.Equal(new string('x', 12_000), (await site.GetAsync()).Text);
    }

    [Fact]
    public async Task A_whole_response_as_HAProxy_has_it_gives_its_type_and_body()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(Named, ("sluice.dev/deny-list", "127.0.0.1"));
        await site.PutAsync(ConfigMap("pages", ("403", "HTTP/1.0 200 Fine\r\nCache-Control: no-cache\r\ncontent-type: application/problem+json; charset=utf-8\r\nX-Other: a\r\n\r\n{}\n\n{}\n")));
        var page = await site.GetAsync();
        Assert.Equal((403, "{}\n\n{}\n", "application/problem+json; charset=utf-8", null), (page.Status, page.Text, page["Content-Type"], page["X-Other"]));

        await site.PutAsync(ConfigMap("pages", ("403", "HTTP/1.0 403 No\nContent-Type: a/b, c\n\nbody")));
        page = await site.GetAsync();
        Assert.Equal(("body", "text/html; charset=utf-8"), (page.Text, page["Content-Type"]));
        var change = await site.PutAsync(ConfigMap("pages", ("403", "HTTP/1.0 403 No\nContent-Type: a/b")));
        Assert.Contains("expected a page, which is not empty", Assert.Single(change.Findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Global_pages_are_for_all_that_have_none_of_their_own_and_for_what_no_rule_matches()
    {
        await using var site = await PolicySite.StartAsync();
        var own = ConfigMap("pages", ("403", "own"));
        await site.PutAsync(own, ConfigMap("sluice-system/pages", ("404.json", """{"lost":1}"""), ("403", "all"), ("400", "odd"), ("503.txt", "down")));
        await site.ConfigureAsync(("error-pages", "pages"));
        var lost = await site.Sluice.GetAsync("none.test", "/");
        Assert.Equal((404, """{"lost":1}""", "application/json"), (lost.Status, lost.Text, lost["Content-Type"]));
        Assert.Equal("odd", (await site.GetAsync("/a%00")).Text);
        await site.AnnotateAsync(("sluice.dev/deny-list", "127.0.0.1"));
        Assert.Equal("all", (await site.GetAsync()).Text);
        await site.AnnotateAsync(Named, ("sluice.dev/deny-list", "127.0.0.1"));
        Assert.Equal("own", (await site.GetAsync()).Text);

        // A plain route, whose pods are gone.
        await site.AnnotateAsync();
        await site.ServeAsync();
        var down = await site.GetAsync();
        Assert.Equal((503, "down", "text/plain; charset=utf-8"), (down.Status, down.Text, down["Content-Type"]));
        await site.PutAsync(own, ConfigMap("sluice-system/pages", ("404.json", """{"lost":2}""")));
        Assert.Equal("""{"lost":2}""", (await site.Sluice.GetAsync("none.test", "/")).Text);
        Assert.Contains("503 Service Unavailable", (await site.GetAsync()).Text, StringComparison.Ordinal);

        await site.ConfigureAsync();
        Assert.Contains("<h1>404 Not Found</h1>", (await site.Sluice.GetAsync("none.test", "/")).Text, StringComparison.Ordinal);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task What_pods_answer_is_replaced_where_it_is_asked_for()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(ConfigMap("pages", ("404", "lost"), ("500.json", "{}"), ("401", "who?")));
        await site.AnnotateAsync(Named);
        Assert.Equal("app", await BodyAsync(site, 404));

        var change = await site.AnnotateAsync(Named, ("sluice.dev/error-pages-intercept", "404, 500, 502, 401"));
        Assert.Contains("there is no page for 502", Assert.Single(change.Findings).Message, StringComparison.Ordinal);
        Assert.Equal("lost", await BodyAsync(site, 404));
        Assert.Equal("{}", await BodyAsync(site, 500));
        Assert.Equal("app", await BodyAsync(site, 502));
        Assert.Equal("app", await BodyAsync(site, 200));

        await site.AnnotateAsync(Named, ("sluice.dev/error-pages-intercept", "500"));
        Assert.Equal("app", await BodyAsync(site, 404));
        change = await site.AnnotateAsync(Named, ("sluice.dev/error-pages-intercept", "404,5xx"));
        Assert.Equal(FindingCode.InvalidSetting, Assert.Single(change.Findings).Code);
        Assert.Equal("app", await BodyAsync(site, 500));
        change = await site.AnnotateAsync(("sluice.dev/error-pages-intercept", "404"));
        Assert.Equal(FindingCode.IncompleteSetting, Assert.Single(change.Findings).Code);

        await site.ConfigureAsync(("error-pages", "default/pages"));
        Assert.Equal("lost", await BodyAsync(site, 404));
        await site.SameWorkerAsync();
    }

    // What a pod said, or a page.
    private static async Task<string> BodyAsync(PolicySite site, int status)
    {
        var response = await site.GetAsync($"/?status={status}");
        Assert.Equal(status, response.Status);
        return response.Text.Contains("\"Pod\"", StringComparison.OrdinalIgnoreCase) ? Echo.Parse(response.Body.Span).Pod : response.Text;
    }
}
