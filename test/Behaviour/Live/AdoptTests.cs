using System.Diagnostics;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>The controller is killed, and the next one finds a HAProxy that serves.</summary>
public sealed class AdoptTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_HAProxy_that_runs_is_taken_over_without_a_reload_and_gets_what_changed_meanwhile(bool withNewBackend)
    {
        // Only a backend that is new to a HAProxy that cannot add any is worth a reload.
        var isReload = withNewBackend && !HaproxyBinary.CanAddBackends;
        await using var pods = await EchoPods.StartAsync("one", "two");
        await using var place = new Place();
        var (former, latter) = (TestCertificate.Ecdsa("secure.test"), TestCertificate.Ecdsa("secure.test"));
        place.Files.Write("services.yaml", ServiceForEach(pods.All), Settings(("ssl-redirect", "false")));
        place.Files.Write("kept.yaml", Site("kept", "kept.test", "one"));
        place.Files.Write("gone.yaml", Site("gone", "gone.test", withNewBackend ? "one" : "two"));
        place.Files.Write("secure.yaml", Ingress("secure", [Rule("secure.test", Prefix("/", "one"))], tls: [("secure", ["secure.test"])]), Secret("secure", former));
        var worker = await place.KilledAsync();

        place.Files.Write("kept.yaml", Site("kept", "kept.test", "two"));
        place.Files.Write("new.yaml", Site("new", "new.test", "two"));
        place.Files.Delete("gone.yaml");
        place.Files.Write("secure.yaml", Ingress("secure", [Rule("secure.test", Prefix("/", "one"))], tls: [("secure", ["secure.test"])]), Secret("secure", latter));
        await using (var second = await SluiceProcess.RunAsync(place.Settings))
        {
            Assert.Contains(isReload ? "takes the new backend default_two_80 by a reload only" : "without a reload", second.Errors, StringComparison.Ordinal);
            Assert.Equal(isReload, await place.Master.WorkerPidAsync() != worker);
            await using var client = new RawHttp(place.Settings.HttpPort);
            foreach (var (host, outcome) in new[] { ("kept.test", "two"), ("gone.test", "404"), ("new.test", "two"), ("secure.test", "one") })
            {
                Assert.Equal((host, outcome), (host, (await client.GetAsync(host, "/")).Outcome));
            }

            Assert.True((await TlsClient.HandshakeAsync(place.Settings.HttpsPort, "secure.test")).Served(latter));
        }

        // The HAProxy that was taken over is ended with the controller, as one that it started.
        await Assert.ThrowsAnyAsync<Exception>(() => RawConnection.OpenAsync(place.Settings.HttpPort));
    }

    [Fact]
    public async Task Backends_that_come_by_a_reload_only_are_taken_over_without_one()
    {
        using var scripts = new FastCgiPods("one", "two");
        await using var place = new Place();
        (string, string)[] speaks = [("sluice.dev/server-proto", "fcgi"), ("sluice.dev/fcgi-docroot", "/srv")];
        place.Files.Write("all.yaml", Service("php", speaks), SliceOf("php", scripts.All[0]), Site("php", "php.test", "php"), Service("none", speaks), SliceOf("none"), Site("none", "none.test", "none"));
        var worker = await place.KilledAsync();

        place.Files.Write("all.yaml", Service("php", speaks), SliceOf("php", scripts.All[1]), Site("php", "php.test", "php"), Service("none", speaks), SliceOf("none"), Site("none", "none.test", "none"));
        await using var second = await SluiceProcess.RunAsync(place.Settings);
        Assert.Contains("without a reload", second.Errors, StringComparison.Ordinal);
        Assert.Equal(worker, await place.Master.WorkerPidAsync());
        await using var client = new RawHttp(place.Settings.HttpPort);
        Assert.Equal(("two", "503"), ((await client.GetAsync("php.test", "/")).Outcome, (await client.GetAsync("none.test", "/")).Outcome));
    }

    [Fact]
    public async Task A_HAProxy_with_another_program_is_reloaded_once_and_says_why()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var place = new Place();
        place.Files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one"));
        var worker = await place.KilledAsync();

        place.Files.Write("settings.yaml", Settings(("server-header", "false")));
        await using var second = await SluiceProcess.RunAsync(place.Settings);

        Assert.Contains("RELOAD, because taking over the running HAProxy; HAProxy runs another program", second.Errors, StringComparison.Ordinal);
        Assert.NotEqual(worker, await place.Master.WorkerPidAsync());
        await using var client = new RawHttp(place.Settings.HttpPort);
        Assert.Equal("one", (await client.GetAsync("app.test", "/")).Outcome);
    }

    [Fact]
    public async Task A_controller_that_finds_HAProxy_paused_says_so_and_takes_it_over_when_it_goes_on()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var place = new Place();
        place.Files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one"));
        var worker = await place.KilledAsync();

        await ProcessSignal.SendAsync("STOP", worker);
        await using var second = SluiceProcess.Begin(place.Settings);
        await second.SaysAsync("HAProxy has not answered for 5 s");
        await ProcessSignal.SendAsync("CONT", worker);

        await second.ServesAsync();
        Assert.Equal(worker, await place.Master.WorkerPidAsync());
    }

    [Fact]
    public async Task A_HAProxy_that_cannot_be_taken_over_serves_on()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var place = new Place();
        place.Files.Write(
            "all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one"), Opaque("users", ("joe", "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=")),
            Ingress("staff", [Rule("staff.test", Prefix("/", "one"))], annotations: [("sluice.dev/auth-type", "basic-auth"), ("sluice.dev/auth-secret", "users")]));
        var worker = await place.KilledAsync();
        place.Files.Write("settings.yaml", Settings(("server-header", "false")));
        var obstacle = $"{place.Settings.StateDir}/haproxy.cfg.new";
        Directory.CreateDirectory(obstacle);
        try
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => SluiceProcess.RunAsync(place.Settings));

            Assert.Equal(worker, await place.Master.WorkerPidAsync());
            await using var client = new RawHttp(place.Settings.HttpPort);
            Assert.Equal("one", (await client.GetAsync("app.test", "/")).Outcome);

            // 503 would say that no agent is there to tell that the password is wrong.
            Assert.Equal("401", (await client.GetAsync("staff.test", "/", "Authorization: Basic am9lOng=")).Outcome);
        }
        finally
        {
            Directory.Delete(obstacle);
        }

        await using var second = await SluiceProcess.RunAsync(place.Settings);
        Assert.Contains("taking over the running HAProxy", second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wherever_in_a_change_the_controller_is_killed_nothing_is_lost_and_nothing_is_left_over()
    {
        await using var pods = await EchoPods.StartAsync("one", "two");
        await using var place = new Place();
        if (!HaproxyBinary.CanAddBackends)
        {
            // No change may bring a new backend: it would be a reload, and there would be no place between two commands to be killed at.
            place.Files.Write("known.yaml", Site("known", "*.known.test", "two"));
        }

        var certificates = Enumerable.Range(0, 20).Select(number => TestCertificate.Ecdsa($"h{number}.test")).ToList();
        var worker = 0;
        await using var load = new Requests(place.Settings.HttpPort, "always.test");
        for (var round = 0; round < 4; round++)
        {
            place.Files.Write("always.yaml", ServiceForEach(pods.All), Site("always", "always.test", "one"), Settings(("ssl-redirect", "false")));
            WriteSites(place.Files, certificates, service: round % 2 == 0 ? "one" : "two");
            await using (var first = await SluiceProcess.RunAsync(place.Settings))
            {
                load.Begin();
                worker = round == 0 ? await place.Master.WorkerPidAsync() : worker;
                WriteSites(place.Files, certificates, service: round % 2 == 0 ? "two" : "one");
                await place.FirstWritesAsync(round);
                first.Signal(SluiceProcess.Sigkill);
                await first.ExitCodeAsync();
            }

            place.Files.Delete("sites.yaml");
        }

        await using var last = await SluiceProcess.RunAsync(place.Settings);
        Assert.Equal(0, await load.FailedAsync());
        Assert.Equal(worker, await place.Master.WorkerPidAsync());
        Assert.DoesNotContain("RELOAD", last.Errors, StringComparison.Ordinal);
        using var socket = await Controller.Proxy.RuntimeSocket.ConnectAsync($"{place.Settings.StateDir}/haproxy.sock", TestContext.Current.CancellationToken);
        var held = await socket.SendAsync(
            [new($"show map {place.Settings.StateDir}/maps/routes.map", ""), new("show ssl cert", "")], TestContext.Current.CancellationToken);
        Assert.Equal("always.test/", Assert.Single(held[0].Split('\n', StringSplitOptions.RemoveEmptyEntries)).Split(' ')[1]);
        Assert.EndsWith("default.pem", Assert.Single(held[1].Split('\n'), line => line.Length > 0 && line[0] != '#'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_agent_goes_on_when_the_controller_is_killed_and_the_next_one_replaces_it()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var place = new Place();
        place.Files.Write(
            "all.yaml", ServiceForEach(pods.All), Opaque("users", ("joe", "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=")),
            Ingress("app", [Rule("app.test", Prefix("/", "one"))], annotations: [("sluice.dev/auth-type", "basic-auth"), ("sluice.dev/auth-secret", "users")]));
        await place.KilledAsync();
        var socket = Path.Combine(place.Settings.StateDir, "agent.sock");
        using var former = Process.GetProcessById(Controller.Proxy.AgentSocket.OwnerOf(socket) ?? 0);
        Assert.Equal(["one", "401"], [await AskAsync("am9lOmFiYw=="), await AskAsync("am9lOmFiYwo=")]);

        await using var second = await SluiceProcess.RunAsync(place.Settings);

        Assert.DoesNotContain("RELOAD", second.Errors, StringComparison.Ordinal);
        await former.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(former.Id, Controller.Proxy.AgentSocket.OwnerOf(socket));
        Assert.Equal(["one", "401"], [await AskAsync("am9lOmFiYw=="), await AskAsync("am9lOmFiYwo=")]);

        async Task<string> AskAsync(string credentials)
        {
            await using var client = new RawHttp(place.Settings.HttpPort);
            return (await client.GetAsync("app.test", "/", $"Authorization: Basic {credentials}")).Outcome;
        }
    }

    private static void WriteSites(ManifestDir files, IReadOnlyList<TestCertificate> certificates, string service) =>
        files.Write("sites.yaml", [.. certificates.Select((certificate, number) =>
            Ingress($"s{number}", [Rule($"h{number}.test", Prefix("/", service))], tls: [($"c{number}", [$"h{number}.test"])])
            + Secret($"c{number}", certificate))]);

    /// <summary>Manifests, state and ports that outlive a controller; what is left running there is ended.</summary>
    private sealed class Place : IAsyncDisposable
    {
        private readonly string root = Path.Combine("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}");

        public Place()
        {
            Files = new ManifestDir(root);
            Settings = new ControllerSettings
            {
                Manifests = Files.Folder,
                Haproxy = HaproxyBinary.Path(),
                StateDir = Path.Combine(root, "s"),
                HttpPort = Ports.Free(),
                HttpsPort = Ports.Free(),
            };
            Master = new MasterSocket($"{Settings.StateDir}/master.sock");
        }

        public ManifestDir Files { get; }

        public ControllerSettings Settings { get; }

        public MasterSocket Master { get; }

        /// <summary>Starts a controller and kills it. Returns the process id of the worker that it leaves behind.</summary>
        public async Task<int> KilledAsync()
        {
            await using var first = await SluiceProcess.RunAsync(Settings);
            first.Signal(SluiceProcess.Sigkill);
            await first.ExitCodeAsync();
            return await Master.WorkerPidAsync();
        }

        /// <summary>Waits until HAProxy holds a certificate of a change that is under way.</summary>
        public async Task FirstWritesAsync(int more)
        {
            using var socket = await Controller.Proxy.RuntimeSocket.ConnectAsync($"{Settings.StateDir}/haproxy.sock", TestContext.Current.CancellationToken);
            var before = await MapAsync(socket);
            while (await MapAsync(socket) == before)
            {
                await Task.Yield();
            }

            await Task.Delay(more, TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            // The next controller takes over what is left, and ends it.
            await using (await SluiceProcess.RunAsync(Settings))
            {
            }

            Directory.Delete(root, recursive: true);
        }

        private async Task<string> MapAsync(Controller.Proxy.RuntimeSocket socket) =>
            (await socket.SendAsync([new($"show map {Settings.StateDir}/maps/routes.map", "")], TestContext.Current.CancellationToken))[0];
    }

    /// <summary>A client that asks without a pause, on one connection after the other.</summary>
    private sealed class Requests(int port, string host) : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private Task<int>? running;

        public void Begin() => running ??= RunAsync();

        public async Task<int> FailedAsync()
        {
            await stop.CancelAsync();
            return await running!;
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await (running ?? Task.FromResult(0));
            stop.Dispose();
        }

        private async Task<int> RunAsync()
        {
            var failed = 0;
            while (!stop.IsCancellationRequested)
            {
                await using var client = new RawHttp(port);
                for (var i = 0; i < 20; i++)
                {
                    failed += (await client.GetAsync(host, "/")).Status == 200 ? 0 : 1;
                }
            }

            return failed;
        }
    }
}
