using System.Diagnostics;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>What happens when the files cannot be written.</summary>
public sealed class DiskTests
{
    [Theory]
    [InlineData("backends.cfg", "_two_", true)]
    [InlineData("maps/routes.map", "third.test/", false)]
    public async Task Changes_go_live_and_a_lost_worker_comes_back_and_the_files_follow_when_they_can(string file, string last, bool withNewBackend)
    {
        Assert.SkipUnless(
            HaproxyBinary.CanAddBackends || !withNewBackend, "This HAProxy takes a new backend by a reload only, which is made from the files.");
        await using var pods = await EchoPods.StartAsync("one", "two");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write(
            "all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one"), withNewBackend ? "" : Site("known", "known.test", "two")));
        var path = Path.Join(sluice.Settings.StateDir, file);
        var obstacle = $"{path}.new";
        Directory.CreateDirectory(obstacle);

        var change = await sluice.ApplyAsync(files => files.Write("more.yaml", Site("more", "more.test", "two")));

        Assert.Equal(ChangeKind.Runtime, change.Kind);
        Assert.Equal("two", (await sluice.GetAsync("more.test", "/")).Outcome);
        Assert.Contains("could not be written", sluice.LogText, StringComparison.Ordinal);

        var worker = await sluice.Master.WorkerPidAsync();
        Process.GetProcessById(worker).Kill();
        await sluice.WorkerReplacedAsync(worker);
        await sluice.ApplyAsync(files => files.Write("third.yaml", Site("third", "third.test", "one")));

        foreach (var (host, pod) in new[] { ("app.test", "one"), ("more.test", "two"), ("third.test", "one") })
        {
            Assert.Equal((host, pod), (host, (await sluice.SendAsync(Over.Http1, "GET", host, "/")).Outcome));
        }

        using var written = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path)) { EnableRaisingEvents = true };
        var renamed = new TaskCompletionSource();
        written.Renamed += (_, _) => renamed.TrySetResult();
        Directory.Delete(obstacle);
        await renamed.Task.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);

        Assert.Contains(last, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_that_cannot_be_made_holds_up_nothing_else_and_is_made_when_it_can()
    {
        await using var pods = await EchoPods.StartAsync("one", "two");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one"), Site("two", "two.test", "two")));
        var worker = await sluice.Master.WorkerPidAsync();
        var obstacle = Path.Join(sluice.Settings.StateDir, "haproxy.cfg.new");
        Directory.CreateDirectory(obstacle);

        sluice.Files.Write("0-settings.yaml", Settings(("server-header", "false")));
        sluice.Files.Write("more.yaml", Site("more", "more.test", "two"));
        while ((await sluice.GetAsync("more.test", "/")).Outcome != "two")
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal(worker, await sluice.Master.WorkerPidAsync());
        Directory.Delete(obstacle);
        await sluice.WorkerReplacedAsync(worker);
        Assert.Equal("two", (await sluice.SendAsync(Over.Http1, "GET", "more.test", "/")).Outcome);
    }

    [Fact]
    public async Task What_the_agent_needs_and_cannot_be_written_closes_its_routes_and_holds_up_nothing_else()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write("all.yaml", ServiceForEach(pods.All), Opaque("users", ("joe", "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0="))));
        var obstacle = Path.Join(sluice.Settings.StateDir, "agent");
        await File.WriteAllTextAsync(obstacle, "", TestContext.Current.CancellationToken);

        await sluice.ApplyAsync(files => files.Write("more.yaml", Site("more", "more.test", "one"), Ingress(
            "staff", [Rule("staff.test", Prefix("/", "one"))], annotations: [("sluice.dev/auth-type", "basic-auth"), ("sluice.dev/auth-secret", "users")])));

        Assert.Equal(["one", "503"], [await AskAsync("more.test"), await AskAsync("staff.test")]);
        File.Delete(obstacle);
        while (await AskAsync("staff.test") != "401")
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        async Task<string> AskAsync(string host)
        {
            await using var client = new RawHttp(sluice.HttpPort);
            return (await client.GetAsync(host, "/", "Authorization: Basic am9lOng=")).Outcome;
        }
    }

    [Fact]
    public async Task A_certificate_whose_file_was_cut_short_keeps_HAProxy_neither_from_a_reload_nor_from_a_start()
    {
        await using var pods = await EchoPods.StartAsync("one");
        var certificate = TestCertificate.Ecdsa("app.test");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write(
            "all.yaml", ServiceForEach(pods.All), Ingress("app", [Rule("app.test", Prefix("/", "one"))], tls: [("app", ["app.test"])]), Secret("app", certificate)));
        var file = Assert.Single(Directory.GetFiles($"{sluice.Settings.StateDir}/certs"), name => !name.EndsWith("default.pem", StringComparison.Ordinal));

        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var change = await sluice.ApplyAsync(files => files.Write("settings.yaml", Settings(("server-header", "false"))));
        Assert.Equal(ChangeKind.Reload, change.Kind);

        await sluice.RestartAsync(_ => File.WriteAllText(file, ""));
        Assert.True((await TlsClient.HandshakeAsync(sluice.HttpsPort, "app.test")).Served(certificate));
    }
}
