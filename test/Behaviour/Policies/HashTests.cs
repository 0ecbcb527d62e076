using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>Requests that are alike in something go to the same pod.</summary>
public sealed class HashTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 40).Select(i => $"key-{i}")];

    [Theory]
    [InlineData("header:X-User", "x-user: KEY", "/")]
    [InlineData("cookie:sid", "Cookie: xsid=a; sid=KEY; b=c", "/")]
    [InlineData("query:sid", "X: y", "/?xsid=a&sid=KEY&b=c")]
    [InlineData("uri", "X: y", "/KEY?x=y")]
    public async Task A_key_leads_to_one_pod_and_few_keys_change_theirs(string balance, string header, string target)
    {
        await using var site = await PolicySite.StartAsync("a", "b", "c", "d");
        await site.ServeAsync("a", "b", "c");
        await site.AnnotateAsync(("sluice.dev/load-balance", balance));

        var before = await PodsAsync(site, header, target);
        Assert.Equal(["a", "b", "c"], before.Distinct().Order());
        Assert.Equal(before, await PodsAsync(site, header, target));

        await site.ServeAsync("a", "b", "c", "d");
        var after = await PodsAsync(site, header, target);
        Assert.All(before.Zip(after).Where(pair => pair.First != pair.Second), pair => Assert.Equal("d", pair.Second));
        Assert.InRange(after.Count(pod => pod == "d"), 1, 20);
        await site.SameWorkerAsync();

        // Neither does another HAProxy choose otherwise: the next worker of this one, or a replica.
        await site.ServeAsync("c", "d", "a");
        var three = await PodsAsync(site, header, target);
        await site.ConfigureAsync(("server-header", "false"));
        Assert.Equal(three, await PodsAsync(site, header, target));
    }

    [Fact]
    public async Task Without_the_key_one_pod_comes_after_the_other_and_a_bad_value_too()
    {
        await using var site = await PolicySite.StartAsync("a", "b");
        await site.ServeAsync("a", "b");
        await site.AnnotateAsync(("haproxy.org/load-balance", "hdr(X-User)"));
        Assert.Equal(["a", "b"], (await PodsAsync(site, "x-other: 1", "/")).Distinct().Order());
        Assert.Single((await PodsAsync(site, "X-USER: 1", "/")).Distinct());
        await site.AnnotateAsync(("haproxy.org/load-balance", "source"));
        Assert.Single((await PodsAsync(site, "x-other: 1", "/")).Distinct());

        var change = await site.AnnotateAsync(("sluice.dev/load-balance", "header:x|y"));
        Assert.Equal("metadata.annotations[sluice.dev/load-balance]", Assert.Single(change.Findings).Field);
        Assert.Equal(["a", "b"], (await PodsAsync(site, "x-user: 1", "/")).Distinct().Order());
        await site.AnnotateAsync();
        Assert.Equal(["a", "b"], (await PodsAsync(site, "x-user: 1", "/")).Distinct().Order());
        await site.SameWorkerAsync();
    }

    private static async Task<string[]> PodsAsync(PolicySite site, string header, string target)
    {
        await using var client = new RawHttp(site.Sluice.HttpPort);
        var pods = new List<string>();
        foreach (var key in Keys)
        {
            pods.Add((await client.GetAsync(PolicySite.Host, target.Replace("KEY", key, StringComparison.Ordinal), header.Replace("KEY", key, StringComparison.Ordinal))).Outcome);
        }

        return [.. pods];
    }
}
