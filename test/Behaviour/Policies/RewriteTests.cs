using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>What pods see of host and path.</summary>
public sealed class RewriteTests
{
    [Fact]
    public async Task Paths_are_replaced_by_the_first_expression_that_is_found_in_them()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("haproxy.org/path-rewrite", "/fixed"));
        Assert.Equal("/fixed?q=/a", await TargetAsync(site, "/any/thing?q=/a"));
        await site.AnnotateAsync(("haproxy.org/path-rewrite", @"/foo/(.*) /\1"));
        Assert.Equal("/bar", await TargetAsync(site, "/foo/bar"));
        Assert.Equal("/bar", await TargetAsync(site, "/deep/foo/bar"));
        Assert.Equal("/other", await TargetAsync(site, "/other"));
        await site.AnnotateAsync(("haproxy.org/path-rewrite", @"(.*) /foo\1"));
        Assert.Equal("/foo/a/b", await TargetAsync(site, "/a/b"));

        await site.AnnotateAsync(("sluice.dev/path-rewrite", "^/([ab])/([^/(]+)$ /\\2/\\1/\\2\r\n ^/a/(.*)\\(x  /paren/\\1  \n"));
        Assert.Equal(["/one/a/one", "/paren/q", "/c"], [await TargetAsync(site, "/a/one"), await TargetAsync(site, "/a/q(x"), await TargetAsync(site, "/c")]);

        // The second line would match all that the first one does.
        await site.AnnotateAsync(("sluice.dev/path-rewrite", "^/([ab])/([^/]+)$ /\\2/\\1\n ^/(.*) /second/\\1\n(.*) /third"));
        Assert.Equal("/one/b", await TargetAsync(site, "/b/one"));
        Assert.Equal("/second/c/one", await TargetAsync(site, "/c/one"));
        await site.AnnotateAsync(("sluice.dev/path-rewrite", @"/x(/y)?(/z)? \2\1"));
        Assert.Equal(["/z/y", "/y", "/"], [await TargetAsync(site, "/x/y/z"), await TargetAsync(site, "/x/y"), await TargetAsync(site, "/x")]);

        await site.AnnotateAsync();
        Assert.Equal("/x", await TargetAsync(site, "/x"));
        await site.SameWorkerAsync();
    }

    [Theory]
    [InlineData("/a(.* /b")]
    [InlineData(@"/a/(.*) /\2")]
    [InlineData("/a x b")]
    [InlineData("/a b")]
    [InlineData("/a /b?c=d")]
    [InlineData("(?i)/a /b")]
    [InlineData(@"/(.*) /\0")]
    [InlineData(@"/(.*) %\1")]
    public async Task An_expression_that_HAProxy_might_take_otherwise_is_told_and_paths_stay(string value)
    {
        await using var site = await PolicySite.StartAsync();

        var finding = Assert.Single((await site.AnnotateAsync(("sluice.dev/path-rewrite", value))).Findings);
        Assert.Equal("metadata.annotations[sluice.dev/path-rewrite]", finding.Field);
        Assert.Equal("/a", await TargetAsync(site, "/a"));
    }

    [Fact]
    public async Task Prefixes_are_taken_off_and_put_on_by_whole_elements()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("sluice.dev/strip-prefix", "/api/"));
        Assert.Equal(
            ["/", "/", "/x?q=1", "/apix", "/", "/api/x"],
            [
                await TargetAsync(site, "/api"), await TargetAsync(site, "/api/"), await TargetAsync(site, "/api/x?q=1"), await TargetAsync(site, "/apix"),
                await TargetAsync(site, "/"), await TargetAsync(site, "/api/api/x"),
            ]);
        await site.AnnotateAsync(("sluice.dev/strip-prefix", "/api"), ("sluice.dev/add-prefix", "/v2/é"), ("sluice.dev/path-rewrite", @"^/one$ /1"));
        Assert.Equal(["/v2/%C3%A9/", "/v2/%C3%A9/1", "/v2/%C3%A9/2"], [await TargetAsync(site, "/api"), await TargetAsync(site, "/api/one"), await TargetAsync(site, "/2")]);

        Assert.Single((await site.AnnotateAsync(("sluice.dev/strip-prefix", "/"))).Findings);
        Assert.Equal("/api/x", await TargetAsync(site, "/api/x"));
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Pods_see_another_host_and_still_what_the_client_asked_for()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("haproxy.org/set-host", "Api.internal:8080"));
        var echo = (await site.GetAsync()).Echo;
        Assert.Equal(("api.internal:8080", "app.test"), (echo["Host"], echo["X-Forwarded-Host"]));
        await site.AnnotateServiceAsync(("sluice.dev/set-host", "own.internal"));
        Assert.Equal("own.internal", (await site.GetAsync()).Echo["Host"]);

        Assert.Single((await site.AnnotateServiceAsync(("sluice.dev/set-host", "a b"))).Findings);
        Assert.Equal("api.internal:8080", (await site.GetAsync()).Echo["Host"]);
        await site.SameWorkerAsync();
    }

    private static async Task<string> TargetAsync(PolicySite site, string target) => (await site.GetAsync(target)).Echo.Target;
}
