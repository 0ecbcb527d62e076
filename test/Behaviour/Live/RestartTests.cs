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
}
