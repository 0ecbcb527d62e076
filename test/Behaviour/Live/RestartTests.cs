using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Controller.Proxy;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>A controller that starts where another one stopped.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_second_controller_is_kept_off_the_folder_and_the_ports_of_the_first()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one")));

        var folder = await Assert.ThrowsAsync<HaproxyException>(() => StartAsync(sluice.Settings with { HttpPort = Ports.Free(), HttpsPort = Ports.Free() }));
        Assert.Contains("--state-dir", folder.Message, StringComparison.Ordinal);
        var port = await Assert.ThrowsAsync<HaproxyException>(() => StartAsync(sluice.Settings with { StateDir = sluice.Settings.StateDir + "2" }));
        Assert.Contains("--http-port", port.Message, StringComparison.Ordinal);

        Assert.Equal("one", (await sluice.GetAsync("app.test", "/")).Outcome);

        static Task<IngressController> StartAsync(ControllerSettings settings) =>
            IngressController.StartAsync(settings, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_changed_while_nobody_looked_is_served_and_nothing_of_before_is_left()
    {
        await using var pods = await EchoPods.StartAsync("one", "two");
        var (former, latter) = (TestCertificate.Ecdsa("secure.test"), TestCertificate.Ecdsa("secure.test"));
        var secure = Ingress("secure", [Rule("secure.test", Prefix("/", "one"))], tls: [("secure", ["secure.test"])]);
        await using var sluice = await RunningSluice.StartAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(pods.All));
            files.Write("kept.yaml", Site("kept", "kept.test", "one"));
            files.Write("gone.yaml", Site("gone", "gone.test", "one"));
            files.Write("secure.yaml", secure, Secret("secure", former));
        });
        await sluice.ApplyAsync(files => files.Write("runtime.yaml", Site("runtime", "runtime.test", "one")));

        await sluice.RestartAsync(files =>
        {
            files.Write("kept.yaml", Site("kept", "kept.test", "two"));
            files.Write("secure.yaml", secure, Secret("secure", latter));
            files.Write("new.yaml", Site("new", "new.test", "two"));
            files.Delete("gone.yaml");
        });

        var expected = new[] { ("kept.test", "two"), ("gone.test", "404"), ("runtime.test", "one"), ("new.test", "two") };
        foreach (var (host, outcome) in expected)
        {
            Assert.Equal((host, outcome), (host, (await sluice.SendAsync(Over.Http1, "GET", host, "/")).Outcome));
        }

        Assert.True((await TlsClient.HandshakeAsync(sluice.HttpsPort, "secure.test")).Served(latter));
        var change = await sluice.ApplyAsync(files => files.Delete("runtime.yaml"));
        Assert.Equal(ChangeKind.Runtime, change.Kind);
    }

    [Fact]
    public async Task The_default_certificate_stays_the_same()
    {
        await using var sluice = await RunningSluice.StartAsync();
        var before = await TlsClient.HandshakeAsync(sluice.HttpsPort, "nobody.test");

        await sluice.RestartAsync(_ => { });

        Assert.Equal(before.Thumbprint, (await TlsClient.HandshakeAsync(sluice.HttpsPort, "nobody.test")).Thumbprint);
    }

    [Fact]
    public async Task While_HAProxy_cannot_be_started_it_is_told_once_in_a_while_and_all_changes_are_served_when_it_can()
    {
        await using var pods = await EchoPods.StartAsync("one");
        var program = Path.Combine("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}-haproxy");
        File.CreateSymbolicLink(program, HaproxyBinary.Path());
        try
        {
            await using var sluice = await RunningSluice.StartAsync(
                files => files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one")), settings => settings with { Haproxy = program });
            using (var master = Process.GetProcessById(await sluice.Master.MasterPidAsync()))
            {
                File.Delete(program);
                master.Kill();
                await master.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            for (var number = 0; number < 20; number++)
            {
                sluice.Files.Write($"more-{number}.yaml", Site($"more-{number}", $"more-{number}.test", "one"));
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            File.CreateSymbolicLink(program, HaproxyBinary.Path());
            await sluice.ApplyAsync(files => files.Write("last.yaml", Site("last", "last.test", "one")));

            await using var client = new RawHttp(sluice.HttpPort);
            Assert.Equal("one", (await client.GetAsync("last.test", "/")).Outcome);
            Assert.Equal("one", (await client.GetAsync("more-0.test", "/")).Outcome);
            Assert.InRange(sluice.LogText.Split("could not be brought to HAProxy").Length - 1, 1, 3);
        }
        finally
        {
            File.Delete(program);
        }
    }
}
