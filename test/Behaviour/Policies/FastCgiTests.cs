using System.Text;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Pods that run scripts, and speak FastCGI.</summary>
public sealed class FastCgiTests
{
    private const string Host = "php.test";

    private static readonly (string Key, string Value) Speaks = ("sluice.dev/server-proto", "fcgi");
    private static readonly (string Key, string Value) At = ("sluice.dev/fcgi-docroot", "/srv/app");

    [Fact]
    public async Task The_first_of_them_is_a_reload_and_then_pods_come_and_go_at_run_time()
    {
        using var scripts = new FastCgiPods("one", "two");
        await using var site = await PolicySite.StartAsync();
        var change = await PutAsync(site, scripts.All.Take(1), Speaks, At);
        Assert.Equal((ChangeKind.Reload, 0), (change.Kind, change.Findings.Count));
        Assert.Contains("by a reload only", Assert.Single(change.Reasons), StringComparison.Ordinal);
        var worker = await site.Sluice.Master.WorkerPidAsync();
        Assert.Equal("one", await AskAsync(site));
        Assert.Equal("app", await site.AskAsync());

        await PutAsync(site, scripts.All, Speaks, At);
        Assert.Equal(["one", "two"], new[] { await AskAsync(site), await AskAsync(site) }.Order(StringComparer.Ordinal));
        await PutAsync(site, scripts.All.Skip(1), Speaks, At);
        Assert.Equal(["two", "two"], [await AskAsync(site), await AskAsync(site)]);
        await PutAsync(site, [], Speaks, At);
        Assert.Equal("503", await AskAsync(site));
        await PutAsync(site, scripts.All.Take(1), Speaks, At);
        Assert.Equal("one", await AskAsync(site));
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
    }

    [Fact]
    public async Task Scripts_get_what_FastCGI_says_of_a_request()
    {
        using var scripts = new FastCgiPods("one");
        await using var site = await PolicySite.StartAsync();
        await PutAsync(site, scripts.All, Speaks, At, ("sluice.dev/fcgi-index", "start.php"), ("sluice.dev/check-http", "/ping.php"), ("sluice.dev/check-interval", "50ms"));
        await using var client = new RawHttp(site.Sluice.HttpPort);
        var seen = (await client.SendAsync("POST", "/a/b.php/rest/of%20it?x=1", Host, ["Content-Type: text/x", "X-Own: 1", "Proxy: evil", "Script_Filename: /etc/passwd"], Encoding.ASCII.GetBytes(new string('x', 40_000)))).Echo;
        Assert.Equal(("POST", "/srv/app/a/b.php", 40_000), (seen.Method, seen.Target, seen.BodyLength));
        Assert.Equal(
            ["/a/b.php", "/rest/of it", "x=1", "/srv/app", "text/x", "1", "http"],
            [seen["SCRIPT_NAME"], seen["PATH_INFO"], seen["QUERY_STRING"], seen["DOCUMENT_ROOT"], seen["CONTENT_TYPE"], seen["HTTP_X_OWN"], seen["HTTP_X_FORWARDED_PROTO"]]);
        Assert.Null(seen["HTTP_PROXY"]);
        Assert.Equal("/srv/app/start.php", (await client.GetAsync(Host, "/a/%2e%2e/")).Echo.Target);
        Assert.Equal("/srv/app/a/start.php", (await client.GetAsync(Host, "/a/")).Echo.Target);
    }

    [Fact]
    public async Task Without_a_folder_or_with_one_that_cannot_be_read_no_pod_is_spoken_to()
    {
        using var scripts = new FastCgiPods("one");
        await using var site = await PolicySite.StartAsync();
        var change = await PutAsync(site, scripts.All, Speaks);
        Assert.Equal("metadata.annotations[sluice.dev/server-proto]", Assert.Single(change.Findings).Field);
        Assert.Equal("503", await AskAsync(site));
        change = await PutAsync(site, scripts.All, Speaks, ("sluice.dev/fcgi-docroot", "/a' b"));
        Assert.Equal(
            ["metadata.annotations[sluice.dev/fcgi-docroot]", "metadata.annotations[sluice.dev/server-proto]"], change.Findings.Select(finding => finding.Field).Order(StringComparer.Ordinal));
        Assert.Equal("503", await AskAsync(site));
        await site.SameWorkerAsync();

        await PutAsync(site, scripts.All, Speaks, At);
        Assert.Equal("one", await AskAsync(site));
        Assert.Equal(ChangeKind.Reload, (await PutAsync(site, scripts.All, Speaks, ("sluice.dev/fcgi-docroot", "/srv/other"))).Kind);
        Assert.Equal("/srv/other/x", (await GetAsync(site, "/x")).Echo.Target);
        Assert.Equal(HaproxyBinary.CanAddBackends ? ChangeKind.Runtime : ChangeKind.Reload, (await PutAsync(site, [site.Pods["app"]])).Kind);
        Assert.Equal("app", await AskAsync(site));
    }

    [Fact]
    public async Task A_backend_may_come_without_pods_and_HAProxy_starts_with_what_it_ran()
    {
        using var scripts = new FastCgiPods("one");
        await using var site = await PolicySite.StartAsync();
        Assert.Equal(ChangeKind.Reload, (await PutAsync(site, [], Speaks, At)).Kind);
        Assert.Equal("503", await AskAsync(site));
        var worker = await site.Sluice.Master.WorkerPidAsync();
        Assert.Equal(ChangeKind.Runtime, (await PutAsync(site, scripts.All, Speaks, At)).Kind);
        Assert.Equal("one", await AskAsync(site));
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
        await site.Sluice.RestartAsync(_ => { });
        Assert.Equal("one", await AskAsync(site));
    }

    private static Task<Change> PutAsync(PolicySite site, IEnumerable<EchoPod> pods, params (string Key, string Value)[] annotations) => site.PutAsync(
        Service("php", annotations), SliceOf("php", [.. pods]), Site("php", Host, "php"));

    private static async Task<string> AskAsync(PolicySite site) => (await GetAsync(site, "/")).Outcome;

    private static async Task<Response> GetAsync(PolicySite site, string target)
    {
        await using var client = new RawHttp(site.Sluice.HttpPort);
        return await client.GetAsync(Host, target);
    }
}
