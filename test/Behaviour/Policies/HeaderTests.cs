using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>Header fields that are changed on the way.</summary>
public sealed class HeaderTests
{
    [Fact]
    public async Task Pods_see_headers_as_they_are_set_added_and_removed()
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "HAProxy changes headers that are data from 3.4 on.");
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(
            ("sluice.dev/request-set-header", "X-Tenant  blue \"a; b\" 100%\nX-Long " + new string('x', 500)),
            ("sluice.dev/request-add-header", "X-Seen second"),
            ("sluice.dev/request-remove-header", "X-Gone, user-agent"));
        var echo = (await site.GetAsync("/", "X-Tenant: red", "x-tenant: green", "X-Seen: first", "X-Gone: 1", "User-Agent: me", "X-Kept: 1", "X_Kept_too: 1", "x_gone: 2", "X_TENANT: red", "User_Agent: me")).Echo;
        Assert.Equal("blue \"a; b\" 100%", echo["X-Tenant"]);
        Assert.Equal(500, echo["X-Long"]?.Length);
        Assert.Equal("first, second", echo["X-Seen"]);
        Assert.Equal((null, null, "1"), (echo["X-Gone"], echo["User-Agent"], echo["X-Kept"]));
        Assert.Equal((null, null, null, "1"), (echo["X_Gone"], echo["User_Agent"], echo["X_Tenant"], echo["X_Kept_too"]));

        await site.AnnotateAsync(("haproxy.org/request-set-header", "X-Tenant 100%%\nX-Tenant green"));
        Assert.Equal("green", (await site.GetAsync()).Echo["X-Tenant"]);

        // As they stand in that controller's own examples.
        await site.AnnotateAsync(("haproxy.org/request-set-header", "X-Tenant \"no-store,no-cache\"\nX-Other   \"a b\""));
        Assert.Equal(("no-store,no-cache", "a b"), ((await site.GetAsync()).Echo["X-Tenant"], (await site.GetAsync()).Echo["X-Other"]));

        await site.ConfigureAsync(("request-set-header", "X-Tenant all"));
        await site.AnnotateAsync();
        Assert.Equal("all", (await site.GetAsync()).Echo["X-Tenant"]);
        await site.ConfigureAsync();
        Assert.Null((await site.GetAsync()).Echo["X-Tenant"]);
        await site.SameWorkerAsync();
    }

    [Theory]
    [InlineData("sluice.dev/request-set-header", "X-Client %[src]")]
    [InlineData("haproxy.org/request-set-header", "X-Client %ci")]
    [InlineData("haproxy.org/response-set-header", "X-Client %[src]")]
    [InlineData("sluice.dev/request-set-header", "X-Alone")]
    [InlineData("sluice.dev/request-set-header", "X:Y z")]
    [InlineData("sluice.dev/request-add-header", "Content-Length 5")]
    [InlineData("sluice.dev/response-set-header", "Connection close")]
    [InlineData("sluice.dev/response-remove-header", "content-length")]
    public async Task What_would_break_messages_or_is_no_constant_is_told_and_left_out(string key, string value)
    {
        await using var site = await PolicySite.StartAsync();

        var finding = Assert.Single((await site.AnnotateAsync((key, value))).Findings);
        Assert.Equal($"metadata.annotations[{key}]", finding.Field);
        Assert.Equal("app", await site.AskAsync());
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_is_left_out_but_a_header_that_pods_must_not_see_closes_the_route()
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "HAProxy changes headers that are data from 3.4 on.");
        await using var site = await PolicySite.StartAsync();

        foreach (var (key, value, told) in (IEnumerable<(string, string, string)>)
        [
            ("haproxy.org/request-set-header", "X-One 1\nHost evil.test\nX-Two %[src]\nX-Three 3", "'Host evil.test, X-Two %[src]'"),
            ("sluice.dev/request-add-header", "X-One 1\nX-Alone\nX-Three 3", "'X-Alone'"),
        ])
        {
            var finding = Assert.Single((await site.AnnotateAsync((key, value))).Findings);
            Assert.Equal($"metadata.annotations[{key}]", finding.Field);
            Assert.StartsWith($"{told} cannot be read, expected lines", finding.Message, StringComparison.Ordinal);
            Assert.EndsWith("; the rest counts", finding.Message, StringComparison.Ordinal);
            var echo = (await site.GetAsync()).Echo;
            Assert.Equal(("1", null, "3", "app.test"), (echo["X-One"], echo["X-Two"], echo["X-Three"], echo["Host"]));
        }

        Assert.Single((await site.AnnotateAsync(("sluice.dev/response-remove-header", "X-Powered-By connection"))).Findings);
        Assert.Null((await site.GetAsync("/?header=X-Powered-By:php"))["X-Powered-By"]);

        await site.AnnotateAsync(("sluice.dev/request-remove-header", "X-Debug X-Internal"));
        var seen = (await site.GetAsync("/", "X-Debug: 1", "X-Internal: 1")).Echo;
        Assert.Equal((null, null), (seen["X-Debug"], seen["X-Internal"]));
        var closed = Assert.Single((await site.AnnotateAsync(("sluice.dev/request-remove-header", "X-Debug;X-Internal"))).Findings);
        Assert.EndsWith("requests it would guard get 503", closed.Message, StringComparison.Ordinal);
        Assert.Equal("503", await site.AskAsync());
        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Clients_see_headers_as_they_are_set_added_and_removed_also_beside_a_large_body_and_on_our_own_answers()
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "HAProxy changes headers that are data from 3.4 on.");
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(
            ("sluice.dev/response-set-header", "X-Frame-Options DENY\nContent-Security-Policy " + new string('c', 900)),
            ("sluice.dev/response-add-header", "Vary Accept-Language"),
            ("sluice.dev/response-remove-header", "x-powered-by\nServer"),
            ("sluice.dev/cors-enable", "true"),
            ("sluice.dev/cors-allow-origin", "https://a.test"),
            ("sluice.dev/cors-expose-headers", new string('e', 256)));
        for (var request = 0; request < 20; request++)
        {
            var response = await site.GetAsync("/?bytes=300000&server=old&header=X-Powered-By:php&header=Vary:Cookie&header=X-Frame-Options:ALLOW", "Origin: https://a.test");
            Assert.Equal((200, 300_000), (response.Status, response.Body.Length));
            Assert.Equal(("DENY", 900, "Cookie, Origin, Accept-Language"), (response["X-Frame-Options"], response["Content-Security-Policy"]?.Length, response["Vary"]));
            Assert.Equal((null, null), (response["X-Powered-By"], response["Server"]));
        }

        await site.AnnotateAsync(("sluice.dev/response-set-header", "X-Frame-Options DENY"), ("sluice.dev/deny-list", "127.0.0.1"));
        var refused = await site.GetAsync();
        Assert.Equal((403, "DENY"), (refused.Status, refused["X-Frame-Options"]));

        var change = await site.AnnotateAsync(("sluice.dev/response-set-header", "X-One 1"), ("sluice.dev/response-remove-header", "x-one"));
        Assert.Equal("metadata.annotations[sluice.dev/response-remove-header]", Assert.Single(change.Findings).Field);
        Assert.Equal("1", (await site.GetAsync())["X-One"]);

        await site.AnnotateAsync();
        Assert.Null((await site.GetAsync())["X-One"]);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Https_is_asked_for_over_https_only()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("sluice.dev/hsts", "true"));
        Assert.Equal("max-age=31536000", (await site.GetTlsAsync("/?header=Strict-Transport-Security:max-age=1"))["Strict-Transport-Security"]);
        Assert.Null((await site.GetAsync())["Strict-Transport-Security"]);

        await site.AnnotateAsync(("sluice.dev/hsts", "true"), ("sluice.dev/hsts-include-subdomains", "true"), ("sluice.dev/hsts-preload", "true"));
        Assert.Equal("max-age=31536000; includeSubDomains; preload", (await site.GetTlsAsync())["Strict-Transport-Security"]);

        var change = await site.AnnotateAsync(
            ("sluice.dev/hsts", "true"), ("sluice.dev/hsts-max-age", "0"), ("sluice.dev/hsts-include-subdomains", "true"), ("sluice.dev/hsts-preload", "true"));
        Assert.Equal("metadata.annotations[sluice.dev/hsts-preload]", Assert.Single(change.Findings).Field);
        Assert.Equal("max-age=0; includeSubDomains", (await site.GetTlsAsync())["Strict-Transport-Security"]);

        Assert.Single((await site.AnnotateAsync(("sluice.dev/hsts", "yes"))).Findings);
        Assert.Null((await site.GetTlsAsync())["Strict-Transport-Security"]);
        await site.SameWorkerAsync();
    }
}
