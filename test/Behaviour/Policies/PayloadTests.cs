using System.Diagnostics;
using System.IO.Compression;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Answers are compressed, kept or slowed down on their way, for routes that ask for it.</summary>
public sealed class PayloadTests
{
    private const string Gzip = "Accept-Encoding: gzip";

    [Fact]
    public async Task Answers_are_compressed_where_it_is_asked_for_and_the_client_takes_it()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Site("plain", "plain.test", "app"));
        Assert.Null((await site.GetAsync("/?bytes=5000", Gzip))["Content-Encoding"]);

        var change = await site.AnnotateAsync(("sluice.dev/compression", "gzip"));
        Assert.Equal(ChangeKind.Reload, change.Kind);
        var worker = await site.Sluice.Master.WorkerPidAsync();
        var answer = await site.GetAsync("/?bytes=5000", Gzip);
        Assert.Equal(("gzip", "Accept-Encoding"), (answer["Content-Encoding"], answer["Vary"]));
        Assert.InRange(answer.Body.Length, 1, 500);
        await using (var plain = new GZipStream(new MemoryStream(answer.Body.ToArray()), CompressionMode.Decompress))
        {
            using var whole = new MemoryStream();
            await plain.CopyToAsync(whole, TestContext.Current.CancellationToken);
            Assert.Equal(new byte[5000], whole.ToArray());
        }

        Assert.Equal(5000, (await site.GetAsync("/?bytes=5000")).Body.Length);
        Assert.Null((await site.GetAsync("/?bytes=500", Gzip))["Content-Encoding"]);
        Assert.Null((await site.GetAsync("/?bytes=5000&header=Cache-Control:no-transform", Gzip))["Content-Encoding"]);
        await using (var other = new RawHttp(site.Sluice.HttpPort))
        {
            Assert.Null((await other.GetAsync("plain.test", "/?bytes=5000", Gzip))["Content-Encoding"]);
        }

        await site.AnnotateAsync();
        Assert.Null((await site.GetAsync("/?bytes=5000", Gzip))["Content-Encoding"]);
        await site.AnnotateServiceAsync(("sluice.dev/compression", "gzip"));
        Assert.Equal("gzip", (await site.GetAsync("/?bytes=5000", Gzip))["Content-Encoding"]);
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());

        await site.AnnotateAsync(("sluice.dev/compression-types", "text/css"));
        Assert.Null((await site.GetAsync("/?bytes=5000", Gzip))["Content-Encoding"]);
        change = await site.AnnotateAsync(("sluice.dev/compression-types", "text/css; charset=x"), ("sluice.dev/compression-min-size", "-1"));
        Assert.Equal(
            ["metadata.annotations[sluice.dev/compression-min-size]", "metadata.annotations[sluice.dev/compression-types]"], change.Findings.Select(finding => finding.Field).Order(StringComparer.Ordinal));
        Assert.Equal("gzip", (await site.GetAsync("/?bytes=5000", Gzip))["Content-Encoding"]);
    }

    [Fact]
    public async Task Answers_are_kept_for_others_as_far_as_they_may_be_and_never_for_another_host_or_for_who_may_not_come()
    {
        const string Kept = "/?header=Cache-Control:max-age%3D60";
        await using var site = await PolicySite.StartAsync();
        var other = Ingress("other", [Rule("other.test", Prefix("/", "app"))], annotations: [("sluice.dev/cache", "true")]);
        await site.PutAsync(other);
        await site.AnnotateAsync(("sluice.dev/cache", "true"));
        var worker = await site.Sluice.Master.WorkerPidAsync();

        Assert.Equal(1, await PodsAskedAsync(site, Kept, Kept, Kept));
        Assert.Equal(1, await PodsAskedAsync(site, Kept + "&a", Kept + "&a"));
        foreach (var passed in (string[])["/?x", "/?header=ETag:%22x%22", "/?header=Cache-Control:private,max-age%3D60", Kept + "&header=Set-Cookie:a%3Db", Kept + "&header=Vary:Accept-Language", Kept + "&status=404&header=Vary:*"])
        {
            Assert.Equal(2, await PodsAskedAsync(site, passed, passed));
        }

        var before = site.Pods.Requests;
        Assert.Equal("other.test", (await site.Sluice.GetAsync("other.test", Kept)).Echo["host"]);
        Assert.Equal("app.test", (await site.GetAsync(Kept, "Authorization: Basic eDp5")).Echo["host"]);
        Assert.Equal("app.test", (await site.GetAsync(Kept, "Cache-Control: no-cache")).Echo["host"]);
        Assert.Equal(before + 3, site.Pods.Requests);

        await site.AnnotateAsync(("sluice.dev/cache", "true"), ("sluice.dev/response-set-header", "X-Now now"), ("sluice.dev/add-prefix", "/b"));
        Assert.Equal(HaproxyBinary.CanAddBackends ? "now" : null, (await site.GetAsync(Kept))["X-Now"]);
        Assert.Equal(before + 3, site.Pods.Requests);
        await site.AnnotateAsync(("sluice.dev/cache", "true"), ("sluice.dev/deny-list", "127.0.0.1"));
        Assert.Equal("403", await site.AskAsync(Kept));
        await site.AnnotateAsync(("sluice.dev/cache", "false"));
        Assert.Equal(2, await PodsAskedAsync(site, Kept, Kept));
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());

        var change = await site.ConfigureAsync(("cache-size", "1"), ("cache", "true"));
        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.Equal("data[cache-max-object-size]", Assert.Single((await site.ConfigureAsync(("cache-size", "1"), ("cache-max-object-size", "900k"))).Findings).Field);
        await site.ConfigureAsync(("cache-size", "1"), ("cache-max-age", "1s"), ("cache", "true"));
        await site.AnnotateAsync();
        Assert.Equal(1, await PodsAskedAsync(site, Kept + "&b", Kept + "&b"));
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(1, await PodsAskedAsync(site, Kept + "&b", Kept + "&b"));
        await site.ConfigureAsync();
        change = await site.AnnotateAsync(("sluice.dev/cache", "yes"));
        Assert.Equal("metadata.annotations[sluice.dev/cache]", Assert.Single(change.Findings).Field);
    }

    [Fact]
    public async Task Answers_go_out_as_fast_as_they_may()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Site("plain", "plain.test", "app"));
        await site.AnnotateAsync(("sluice.dev/limit-bandwidth", "200k"));
        var worker = await site.Sluice.Master.WorkerPidAsync();
        Assert.InRange(await SecondsAsync(site, PolicySite.Host), 0.35, 2);
        Assert.InRange(await SecondsAsync(site, "plain.test"), 0, 0.3);

        await site.AnnotateAsync(("sluice.dev/limit-bandwidth", "10m"));
        Assert.InRange(await SecondsAsync(site, PolicySite.Host), 0, 0.3);
        var change = await site.AnnotateAsync(("sluice.dev/limit-bandwidth", "10"));
        Assert.Equal("metadata.annotations[sluice.dev/limit-bandwidth]", Assert.Single(change.Findings).Field);
        await site.AnnotateAsync();
        Assert.InRange(await SecondsAsync(site, PolicySite.Host), 0, 0.3);
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
    }

    private static async Task<int> PodsAskedAsync(PolicySite site, params IEnumerable<string> targets)
    {
        var before = site.Pods.Requests;
        foreach (var target in targets)
        {
            await site.GetAsync(target);
        }

        return site.Pods.Requests - before;
    }

    // How long 100 kB take.
    private static async Task<double> SecondsAsync(PolicySite site, string host)
    {
        await using var client = new RawHttp(site.Sluice.HttpPort);
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(100_000, (await client.GetAsync(host, "/?bytes=100000")).Body.Length);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
