using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>Somebody changes what HAProxy holds, by every command that there is for it.</summary>
public sealed class DriftTests
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    public static TheoryData<string, string> OfRoutes => new(Tampering.OfRoutes);

    public static TheoryData<string, string> OfCertificates => new(Tampering.OfCertificates);

    [Theory]
    [MemberData(nameof(OfRoutes))]
    public async Task What_somebody_changes_behind_our_back_is_put_right(string commands, string saying)
    {
        await using var world = await World.StartAsync();
        var worker = await world.Sluice.Master.WorkerPidAsync();

        var repair = await world.Sluice.AfterAsync(() => world.TamperAsync(commands), ChangeKind.Repair);

        Assert.Contains(world.Named(saying), repair.Reasons);
        await world.IsRightAsync();
        Assert.Equal(worker, await world.Sluice.Master.WorkerPidAsync());
    }

    [Theory]
    [MemberData(nameof(OfCertificates))]
    public async Task Certificates_that_somebody_changes_are_put_right(string commands, string saying)
    {
        await using var world = await World.StartAsync();

        var repair = await world.Sluice.AfterAsync(() => world.TamperAsync(commands), ChangeKind.Repair);

        Assert.Contains(world.Named(saying), repair.Reasons);
        await world.IsRightAsync();
    }

    [Fact]
    public async Task A_frontend_that_somebody_shut_down_comes_back_by_a_reload()
    {
        await using var world = await World.StartAsync();

        var change = await world.Sluice.AfterAsync(() => world.TamperAsync(Tampering.OfListeners.Commands), ChangeKind.Reload);

        Assert.Contains(Tampering.OfListeners.Saying, change.Reasons);
        await world.IsRightAsync();
    }

    [Fact]
    public async Task Nothing_is_repaired_where_nothing_differs()
    {
        await using var world = await World.StartAsync();
        await Task.Delay(Often * 5, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("Repair", world.Sluice.LogText, StringComparison.Ordinal);
    }

    /// <summary>A site with an expression and a certificate, whose HAProxy is read back often.</summary>
    private sealed class World(EchoPods pods, RunningSluice sluice, TestCertificate certificate) : IAsyncDisposable
    {
        public RunningSluice Sluice => sluice;

        public static async Task<World> StartAsync()
        {
            var pods = await EchoPods.StartAsync("app");
            var certificate = TestCertificate.Ecdsa("app.test");
            var ingress = Ingress("app", [Rule("app.test", Prefix("/", "app"), Specific("/x[0-9]+", "app"))], tls: [("app", ["app.test"])], annotations: [("sluice.dev/path-type", "regex")]);
            var sluice = await RunningSluice.StartAsync(
                files => files.Write("all.yaml", ServiceForEach(pods.All), ingress, Secret("app", certificate), Settings(("ssl-redirect", "false"))),
                settings => settings with { ReadBackInterval = Often });
            return new World(pods, sluice, certificate);
        }

        public async Task TamperAsync(string commands)
        {
            foreach (var reply in await sluice.TamperAsync(commands.Split(';').Select(Named)))
            {
                Assert.DoesNotContain("nknown", reply, StringComparison.Ordinal);
                Assert.DoesNotContain("No such", reply, StringComparison.Ordinal);
            }
        }

        public string Named(string text)
        {
            var other = TestCertificate.Ecdsa("other.test");
            var file = Assert.Single(Directory.GetFiles($"{sluice.Settings.StateDir}/certs"), name => !name.EndsWith("default.pem", StringComparison.Ordinal));
            return text.Replace("DIR", sluice.Settings.StateDir, StringComparison.Ordinal)
                .Replace("SERVICE", "default_app_80", StringComparison.Ordinal)
                .Replace("SERVER", $"127.0.0.1_{pods["app"].Port}", StringComparison.Ordinal)
                .Replace("HOST", "app.test", StringComparison.Ordinal)
                .Replace("CERT", file, StringComparison.Ordinal)
                .Replace("NAME", Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal)
                .Replace("OTHER", $"{other.Certificate}\n{other.Key}\n".Replace("\n\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        public async Task IsRightAsync()
        {
            await using var client = new RawHttp(sluice.HttpPort);
            Assert.Equal("app", (await client.GetAsync("app.test", "/x1")).Outcome);
            Assert.Equal("404", (await client.GetAsync("other.test", "/")).Outcome);
            Assert.True((await TlsClient.HandshakeAsync(sluice.HttpsPort, "app.test")).Served(certificate));
            Assert.False((await TlsClient.HandshakeAsync(sluice.HttpsPort, "odd.test")).Served(certificate));
        }

        public async ValueTask DisposeAsync()
        {
            await sluice.DisposeAsync();
            await pods.DisposeAsync();
        }
    }
}
