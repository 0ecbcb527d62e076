using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Who is sent to another host, or from the root of a site to its first page.</summary>
public sealed class RequestRedirectTests
{
    [Fact]
    public async Task Requests_are_sent_to_another_host_with_their_path_and_those_that_are_there_are_served()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("sluice.dev/request-redirect", "www.app.test"));
        Assert.Equal((302, "http://www.app.test/a/b?c=%20d&e"), await LocationAsync(site, "/a/b?c=%20d&e"));
        Assert.Equal("https://www.app.test/x", (await site.GetTlsAsync("/x"))["Location"]);
        await site.AnnotateAsync(("haproxy.org/request-redirect", "https://other.test:8443"), ("haproxy.org/request-redirect-code", "301"));
        Assert.Equal((301, "https://other.test:8443/"), await LocationAsync(site, "/"));

        await site.AnnotateAsync(("sluice.dev/request-redirect", "APP.test"), ("sluice.dev/request-redirect-code", "307"));
        Assert.Equal("app", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/request-redirect", "https://app.test"), ("sluice.dev/request-redirect-code", "308"));
        Assert.Equal((308, "https://app.test/x"), await LocationAsync(site, "/x"));
        Assert.Equal("app", (await site.GetTlsAsync()).Outcome);

        foreach (var wrong in (string[])["ftp://app.test", "app.test//path", "app.test/a/../b", "app.test/a%2Fb", "app.test/a b", "app.test?x", "https:///a", "*.app.test", "app.test:0", "app test", "https://"])
        {
            var finding = Assert.Single((await site.AnnotateAsync(("sluice.dev/request-redirect", wrong))).Findings);
            Assert.Equal("metadata.annotations[sluice.dev/request-redirect]", finding.Field);
            Assert.Equal("app", await site.AskAsync());
        }

        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_path_of_the_target_takes_the_place_of_the_requests_path_and_nobody_is_sent_in_circles()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("haproxy.org/request-redirect", "https://www.app.test:8443/new/place"));
        Assert.Equal((302, "https://www.app.test:8443/new/place?c=%20d&e"), await LocationAsync(site, "/a/b?c=%20d&e"));
        Assert.Equal((302, "https://www.app.test:8443/new/place"), await LocationAsync(site, "/a"));
        await site.AnnotateAsync(("sluice.dev/request-redirect", "www.app.test/new'p?from=$(old)&x"), ("sluice.dev/request-redirect-code", "301"));
        Assert.Equal((301, "http://www.app.test/new'p?from=$(old)&x"), await LocationAsync(site, "/a?b=c"));
        await site.AnnotateAsync(("sluice.dev/request-redirect", "https://www.app.test/"));
        Assert.Equal((302, "https://www.app.test/?b"), await LocationAsync(site, "/a?b"));

        // Who is there is served, however the target is written.
        foreach (var (target, path) in (IEnumerable<(string, string)>)[("app.test/new", "/new"), ("app.test/n%65%77", "/new"), ("app.test/%c3%a9", "/%C3%A9"), ("app.test/q?x=1", "/q?x=1")])
        {
            await site.AnnotateAsync(("sluice.dev/request-redirect", target));
            Assert.Equal((302, $"http://app.test{path}"), await LocationAsync(site, "/"));
            Assert.Equal(["app", "app", "app"], [await site.AskAsync(path), await site.AskAsync(path.Split('?')[0]), await site.AskAsync($"{path.Split('?')[0]}?other")]);
            Assert.Equal((302, $"https://app.test{path}"), await site.GetTlsAsync("/x") is var tls ? (tls.Status, tls["Location"]) : default);
        }

        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync("/a"));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task The_other_name_of_a_site_is_sent_to_its_host_unless_somebody_has_a_rule_for_it()
    {
        await using var site = await PolicySite.StartAsync();
        Assert.Equal(404, (await site.Sluice.GetAsync("www.app.test", "/")).Status);
        await site.AnnotateAsync(("sluice.dev/redirect-www", "from-www"));
        var moved = await site.Sluice.GetAsync("www.app.test", "/a/b?c=d");
        Assert.Equal((308, "http://app.test/a/b?c=d"), (moved.Status, moved["Location"]));
        Assert.Equal("https://app.test/", (await site.Sluice.GetTlsAsync("www.app.test", "/"))["Location"]);
        Assert.Equal("app", await site.AskAsync());

        var www = Ingress("www", [Rule("www.other.test", Prefix("/x", "app"))], annotations: [("sluice.dev/redirect-www", "to-www")]);
        await site.PutAsync(www);
        Assert.Equal("http://www.other.test/", (await site.Sluice.GetAsync("other.test", "/"))["Location"]);
        await site.PutAsync(www, Site("own", "www.app.test", "app"), Ingress("more", [Rule("other.test", Prefix("/y", "app"))]));
        Assert.Equal("app", (await site.Sluice.GetAsync("www.app.test", "/")).Outcome);
        Assert.Equal(404, (await site.Sluice.GetAsync("other.test", "/")).Status);

        var change = await site.AnnotateAsync(("sluice.dev/redirect-www", "to-www"));
        Assert.Equal("InvalidSetting metadata.annotations[sluice.dev/redirect-www]", Assert.Single(change.Findings) is var finding ? $"{finding.Code} {finding.Field}" : "");
        await site.PutAsync();
        change = await site.AnnotateAsync(("sluice.dev/redirect-www", "true"));
        Assert.Equal("metadata.annotations[sluice.dev/redirect-www]", Assert.Single(change.Findings).Field);
        Assert.Equal(404, (await site.Sluice.GetAsync("www.app.test", "/")).Status);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Only_the_root_of_a_site_is_sent_to_its_first_page()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("sluice.dev/app-root", "/start?from=root&x=%25"));
        Assert.Equal((302, "/start?from=root&x=%25"), await LocationAsync(site, "/"));
        Assert.Equal((302, "/start?from=root&x=%25"), await LocationAsync(site, "/?q=1"));
        Assert.Equal("app", await site.AskAsync("/start"));
        await site.AnnotateAsync(("sluice.dev/app-root", "/other/"));
        Assert.Equal((302, "/other/"), await LocationAsync(site, "/"));

        foreach (var wrong in (string[])["/", "/?x", "//evil.test/", "https://evil.test/", "start", "/a b", "/a%2", "/a|b"])
        {
            Assert.Single((await site.AnnotateAsync(("sluice.dev/app-root", wrong))).Findings);
            Assert.Equal("app", await site.AskAsync());
        }

        await site.SameWorkerAsync();
    }

    private static async Task<(int Status, string? Location)> LocationAsync(PolicySite site, string target)
    {
        var response = await site.GetAsync(target);
        return (response.Status, response["Location"]);
    }
}
