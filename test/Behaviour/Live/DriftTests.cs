using System.Diagnostics;
using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>Somebody changes what HAProxy holds, by every command that there is for it.</summary>
public sealed class DriftTests
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // The commands that there are only where backends can be added.
    private static readonly string[] OfBackends = ["add backend", "del backend", "publish backend", "unpublish backend"];

    public static TheoryData<string, string> OfRoutes => new(Tampering.OfRoutes);

    public static TheoryData<string, string> OfProgram => new(Tampering.OfProgram);

    public static TheoryData<string, string> OfCertificates => new(Tampering.OfCertificates);

    [Theory]
    [MemberData(nameof(OfRoutes))]
    public async Task What_somebody_changes_behind_our_back_is_put_right(string commands, string saying)
    {
        Assert.SkipUnless(
            HaproxyBinary.CanAddBackends || !commands.Split(';').Any(command => Array.Exists(OfBackends, words => command.StartsWith(words, StringComparison.Ordinal))),
            "This HAProxy has no commands for backends, so nobody can change any with them.");
        await using var world = await World.StartAsync();
        var worker = await world.Sluice.Master.WorkerPidAsync();

        await world.TamperAsync(commands, saying);

        await world.BecomesRightAsync();
        Assert.Equal(worker, await world.Sluice.Master.WorkerPidAsync());
    }

    [Theory]
    [MemberData(nameof(OfCertificates))]
    public async Task Certificates_that_somebody_changes_are_put_right(string commands, string saying)
    {
        await using var world = await World.StartAsync();

        await world.TamperAsync(commands, saying);

        await world.BecomesRightAsync();
    }

    [Theory]
    [MemberData(nameof(OfProgram))]
    public async Task What_somebody_changes_of_the_program_is_put_right_by_a_reload(string commands, string saying)
    {
        await using var world = await World.StartAsync();
        var worker = await world.Sluice.Master.WorkerPidAsync();

        var list = (await world.Sluice.TamperAsync("show acl"))[0].Split('\n').First(line => line.Contains("entry_cnt=1", StringComparison.Ordinal)).Split(' ')[0];
        var pattern = (await world.Sluice.TamperAsync($"show acl #{list}"))[0].Trim().Split(' ')[1];
        await world.TamperAsync(commands.Replace("ACL", list, StringComparison.Ordinal).Replace("PATTERN", pattern, StringComparison.Ordinal), saying);

        await world.Sluice.WorkerReplacedAsync(worker);
        await world.BecomesRightAsync();
    }

    [Fact]
    public async Task HAProxy_that_was_told_to_stop_is_let_finish_and_not_brought_to_life_by_a_reload()
    {
        await using var world = await World.StartAsync();
        var sluice = world.Sluice;
        await using var slow = await RawConnection.OpenAsync(sluice.HttpPort);
        await slow.WriteAsync("GET", "/?gate=slow", "app.test");
        await world.Pods.Gates["slow"].ArrivalAsync();

        using var master = Process.GetProcessById(await sluice.Master.MasterPidAsync());
        await ProcessSignal.SendAsync("USR1", master.Id);
        await sluice.UntilLoggedAsync("was told to stop");

        // A program that comes meanwhile is for the HAProxy that comes after.
        sluice.Files.Write("0-first.yaml", Settings(("ssl-redirect", "false"), ("server-header", "false")));
        Assert.DoesNotContain("RELOAD", sluice.LogText, StringComparison.Ordinal);
        world.Pods.Gates["slow"].Open();

        Assert.Equal("app", (await slow.ReadAsync("GET")).Outcome);
        await slow.DisposeAsync();
        await sluice.UntilLoggedAsync("HAProxy runs again");
        await world.BecomesRightAsync();
        await sluice.UntilLoggedAsync("frontend http changed");
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

        public EchoPods Pods => pods;

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

        /// <summary>Sends the commands and waits until the log tells of the repair; several commands may take several repairs.</summary>
        public async Task TamperAsync(string commands, string saying)
        {
            var words = Named(saying);
            var all = commands.Split(';').Select(Named).ToList();
            var started = TimeProvider.System.GetTimestamp();
            for (var next = 0; next < all.Count; next++)
            {
                string reply;
                do
                {
                    reply = (await sluice.TamperAsync(all[next]))[0];
                    Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, $"'{all[next].Split('\n')[0]}' is still answered with: {reply}");
                }
                while (reply.Contains("currently locked", StringComparison.Ordinal));

                Assert.DoesNotContain("nknown", reply, StringComparison.Ordinal);
                Assert.DoesNotContain("No such", reply, StringComparison.Ordinal);

                // The beginning may be put right before the end is there; then it begins again.
                next = reply.Contains("Can't ", StringComparison.Ordinal) ? -1 : next;
            }

            // HAProxy 3.4.7 may leave its certificates locked by this; then it is a reload that puts all right.
            await sluice.UntilLoggedAsync(words, "by a RELOAD, because it does not answer");
        }

        public string Named(string text)
        {
            var other = TestCertificate.Ecdsa("other.test");
            var file = Assert.Single(Directory.GetFiles($"{sluice.Settings.StateDir}/certs"), name => !name.EndsWith("default.pem", StringComparison.Ordinal));
            return text.Replace("DRAIN", Tampering.Drain, StringComparison.Ordinal)
                .Replace("DIR", sluice.Settings.StateDir, StringComparison.Ordinal)
                .Replace("SERVICE", "default_app_80", StringComparison.Ordinal)
                .Replace("SERVER", $"127.0.0.1_{pods["app"].Port}", StringComparison.Ordinal)
                .Replace("HOST", "app.test", StringComparison.Ordinal)
                .Replace("CERT", file, StringComparison.Ordinal)
                .Replace("NAME", Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal)
                .Replace("OTHER", $"{other.Certificate}\n{other.Key}\n".Replace("\n\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        public async Task BecomesRightAsync()
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(10));
            while (!await IsRightAsync())
            {
                await Task.Delay(20, patience.Token);
            }
        }

        private async Task<bool> IsRightAsync()
        {
            await using var client = new RawHttp(sluice.HttpPort);
            return (await client.GetAsync("app.test", "/x1")).Outcome == "app"
                && (await client.GetAsync("other.test", "/")).Outcome == "404"
                && (await TlsClient.HandshakeAsync(sluice.HttpsPort, "app.test")).Served(certificate)
                && !(await TlsClient.HandshakeAsync(sluice.HttpsPort, "odd.test")).Served(certificate);
        }

        public async ValueTask DisposeAsync()
        {
            await sluice.DisposeAsync();
            await pods.DisposeAsync();
        }
    }
}
