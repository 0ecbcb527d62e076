using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>What pages of other sites may do.</summary>
public sealed class CorsTests
{
    private const string AllowOrigin = "Access-Control-Allow-Origin";

    [Fact]
    public async Task All_origins_are_allowed_until_some_are_named()
    {
        await using var site = await PolicySite.StartAsync();
        Assert.Null((await site.GetAsync("/", "Origin: https://a.test"))[AllowOrigin]);

        await site.AnnotateAsync(("haproxy.org/cors-enable", "true"));
        Assert.Equal("*", await AllowedAsync(site, "https://a.test"));
        Assert.Null((await site.GetAsync())[AllowOrigin]);
        Assert.Equal("app", (await site.GetAsync("/", "Origin: https://a.test")).Outcome);

        await site.AnnotateAsync(("sluice.dev/cors-enable", "true"), ("sluice.dev/cors-allow-origin", "https://A.test, https://*.b.test:8443, null"));
        Assert.Equal("https://a.test", await AllowedAsync(site, "https://a.test"));
        Assert.Equal("https://x.b.test:8443", await AllowedAsync(site, "https://x.b.test:8443"));
        Assert.Equal("null", await AllowedAsync(site, "null"));
        foreach (var other in (string[])["http://a.test", "https://a.test.evil", "https://a.test:8443", "https://x.y.b.test:8443", "https://b.test:8443", "https://*.b.test:8443", "https://a.test, https://a.test"])
        {
            Assert.Null(await AllowedAsync(site, other));
        }

        Assert.Equal("Origin", (await site.GetAsync())["Vary"]);

        await site.AnnotateAsync(("haproxy.org/cors-enable", "true"), ("haproxy.org/cors-allow-origin", @"https?://(.*\.)?c\.test"));
        Assert.Equal("http://x.y.c.test", await AllowedAsync(site, "http://x.y.c.test"));
        Assert.Equal("https://c.test", await AllowedAsync(site, "https://c.test"));
        Assert.Null(await AllowedAsync(site, "https://c.test.evil"));
        Assert.Null(await AllowedAsync(site, "https://evil.test/https://c.test"));

        var change = await site.AnnotateAsync(("sluice.dev/cors-enable", "true"), ("sluice.dev/cors-allow-origin", "https://(a"));
        Assert.Equal("metadata.annotations[sluice.dev/cors-allow-origin]", Assert.Single(change.Findings).Field);
        Assert.Equal("503", await site.AskAsync());
        await site.AnnotateAsync();
        Assert.Null(await AllowedAsync(site, "https://a.test"));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_preflight_request_is_answered_or_goes_to_the_pod()
    {
        await using var site = await PolicySite.StartAsync();
        string[] ask = ["Origin: https://a.test", "Access-Control-Request-Method: PUT"];
        (string, string)[] settings =
        [
            ("sluice.dev/cors-enable", "true"), ("sluice.dev/cors-allow-origin", "https://a.test"), ("sluice.dev/cors-allow-methods", "get, put"),
            ("sluice.dev/cors-allow-headers", "X-Token,Content-Type"), ("sluice.dev/cors-expose-headers", "X-Total"), ("haproxy.org/cors-max-age", "90000"),
            ("sluice.dev/cors-allow-credentials", "true"),
        ];
        await site.AnnotateAsync(settings);

        var answer = await site.SendAsync("OPTIONS", "/", ask);
        Assert.Equal((204, "https://a.test", "true", "Origin"), (answer.Status, answer[AllowOrigin], answer["Access-Control-Allow-Credentials"], answer["Vary"]));
        Assert.Equal(
            ("GET, PUT", "X-Token,Content-Type", "90"),
            (answer["Access-Control-Allow-Methods"], answer["Access-Control-Allow-Headers"], answer["Access-Control-Max-Age"]));
        Assert.Equal("app", (await site.SendAsync("OPTIONS", "/", "Origin: https://b.test", "Access-Control-Request-Method: PUT")).Outcome);
        Assert.Equal("app", (await site.SendAsync("OPTIONS", "/", "Origin: https://a.test")).Outcome);
        await site.AnnotateAsync([.. settings, ("haproxy.org/cors-respond-to-options", "True")]);
        Assert.Equal(204, (await site.SendAsync("OPTIONS", "/", "Origin: https://a.test")).Status);
        Assert.Equal(["app", "app"], [(await site.SendAsync("OPTIONS", "/", "Origin: https://b.test")).Outcome, (await site.SendAsync("OPTIONS", "/")).Outcome]);

        await site.AnnotateAsync([.. settings, ("sluice.dev/cors-respond-to-options", "false")]);
        var ofPod = await site.SendAsync("OPTIONS", "/?header=access-control-allow-methods:DELETE&header=access-control-allow-origin:*", ask);
        Assert.Equal(("app", "GET, PUT", "https://a.test"), (ofPod.Outcome, ofPod["Access-Control-Allow-Methods"], ofPod[AllowOrigin]));
        var plain = await site.GetAsync("/", "Origin: https://a.test");
        Assert.Equal(("X-Total", "GET, PUT", "90"), (plain["Access-Control-Expose-Headers"], plain["Access-Control-Allow-Methods"], plain["Access-Control-Max-Age"]));
        Assert.Null((await site.GetAsync("/", "Origin: https://b.test"))["Access-Control-Allow-Methods"]);

        // Who is not let in is told nothing; what is refused later can be read by the page.
        await site.AnnotateAsync([.. settings, ("sluice.dev/deny-list", "127.0.0.1")]);
        Assert.Equal(403, (await site.SendAsync("OPTIONS", "/", ask)).Status);
        await site.AnnotateAsync([.. settings, ("sluice.dev/maintenance", "true")]);
        var down = await site.GetAsync("/", "Origin: https://a.test");
        Assert.Equal((503, "https://a.test"), (down.Status, down[AllowOrigin]));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Credentials_for_all_origins_are_told_to_be_of_no_use()
    {
        await using var site = await PolicySite.StartAsync();

        var change = await site.AnnotateAsync(("sluice.dev/cors-enable", "true"), ("haproxy.org/cors-allow-credentials", "true"));
        Assert.Equal("metadata.annotations[haproxy.org/cors-allow-credentials]", Assert.Single(change.Findings).Field);
        var response = await site.GetAsync("/", "Origin: https://a.test");
        Assert.Equal(("*", "true"), (response[AllowOrigin], response["Access-Control-Allow-Credentials"]));
        Assert.Equal(("*", "*", "5"), (response["Access-Control-Allow-Methods"], response["Access-Control-Allow-Headers"], response["Access-Control-Max-Age"]));

        foreach (var (key, value) in (IEnumerable<(string, string)>)[("cors-allow-methods", "GET POST"), ("cors-allow-headers", "X|Y"), ("cors-max-age", "soon")])
        {
            Assert.Single((await site.AnnotateAsync(("sluice.dev/cors-enable", "true"), ($"sluice.dev/{key}", value))).Findings);
            Assert.Equal("*", await AllowedAsync(site, "https://a.test"));
        }
    }

    private static async Task<string?> AllowedAsync(PolicySite site, string origin) => (await site.GetAsync("/", $"Origin: {origin}"))[AllowOrigin];
}
