using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>Somebody changes what HAProxy holds, by every command that there is for it.</summary>
public sealed class DriftTests
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData("del map DIR/maps/routes.map app.test/", "the entry app.test/ of the map Routes was missing")]
    [InlineData("set map DIR/maps/routes.map app.test/ nowhere", "the entry app.test/ of the map Routes had another value")]
    [InlineData("add map DIR/maps/routes.map app.test/ nowhere", "the map Routes had an entry app.test/ too many")]
    [InlineData("add map DIR/maps/routes.map other.test/ SERVICE", "the map Routes had an entry other.test/ too many")]
    [InlineData("clear map DIR/maps/routes.map", "the entry app.test/ of the map Routes was missing")]
    [InlineData("clear map DIR/maps/regex.map", "the regular expressions were others")]
    [InlineData("add map DIR/maps/wildcards.map test/ SERVICE", "the map Wildcards had an entry test/ too many")]
    [InlineData("add map DIR/maps/defaults.map / SERVICE", "the map Defaults had an entry / too many")]
    [InlineData("set server SERVICE/SERVER weight 0", "the server SERVICE/SERVER had another weight")]
    [InlineData("set server SERVICE/SERVER state drain", "the server SERVICE/SERVER was not ready")]
    [InlineData("set server SERVICE/SERVER state maint", "the server SERVICE/SERVER was not ready")]
    [InlineData("set server SERVICE/SERVER addr 127.0.0.9 port 9", "the server SERVICE/SERVER had another address")]
    [InlineData("set server SERVICE/SERVER addr 127.0.0.9 port 9;disable server SERVICE/SERVER", "the server SERVICE/SERVER had another address")]
    [InlineData("set maxconn server SERVICE/SERVER 1", "the server SERVICE/SERVER had a limit of connections")]
    [InlineData("disable server SERVICE/SERVER;del server SERVICE/SERVER", "the server SERVICE/SERVER was missing")]
    [InlineData("add server SERVICE/odd 127.0.0.9:9;enable server SERVICE/odd", "there was a server SERVICE/odd")]
    [InlineData("unpublish backend SERVICE", "the backend SERVICE took no requests")]
    [InlineData("unpublish backend SERVICE;disable server SERVICE/SERVER;del server SERVICE/SERVER;del backend SERVICE", "the backend SERVICE was missing")]
    [InlineData("unpublish backend unavailable", "the backend unavailable took no requests")]
    [InlineData("add backend odd from standard;add server odd/s 127.0.0.9:9;publish backend odd", "there was a backend odd")]
    [InlineData("disable frontend http", "the frontend http was disabled")]
    [InlineData("set maxconn frontend http 1", "the frontend http had another limit of connections")]
    [InlineData("set maxconn global 50", "the limit of connections was another")]
    [InlineData("set rate-limit connections global 1", "there was a rate limit of connections")]
    [InlineData("set rate-limit sessions global 1", "there was a rate limit of sessions")]
    [InlineData("set rate-limit ssl-sessions global 1", "there was a rate limit of ssl-sessions")]
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
    [InlineData("del ssl crt-list DIR/certs.list CERT", "the certificate NAME was missing")]
    [InlineData("del ssl crt-list DIR/certs.list CERT;del ssl cert CERT", "the certificate NAME was missing")]
    [InlineData("set ssl cert CERT <<\nOTHER;commit ssl cert CERT", "CERT was another certificate")]
    [InlineData("set ssl cert CERT <<\nOTHER", "a replacement of CERT was begun")]
    [InlineData("set ssl cert DIR/certs/default.pem <<\nOTHER;commit ssl cert DIR/certs/default.pem", "DIR/certs/default.pem was another certificate")]
    [InlineData("add ssl crt-list DIR/certs.list <<\nCERT odd.test\n", "CERT was listed otherwise, or should not have been")]
    [InlineData("new ssl cert /odd.pem;set ssl cert /odd.pem <<\nOTHER;commit ssl cert /odd.pem;add ssl crt-list DIR/certs.list <<\n/odd.pem app.test\n", "/odd.pem was listed otherwise, or should not have been")]
    [InlineData("new ssl cert /odd.pem", "there was a certificate /odd.pem")]
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

        var change = await world.Sluice.AfterAsync(() => world.TamperAsync("shutdown frontend http"), ChangeKind.Reload);

        Assert.Contains("the frontend http was shut down", change.Reasons);
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
