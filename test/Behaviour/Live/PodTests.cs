using System.Net.Sockets;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>
/// The two containers of the pod: HAProxy started by the command in deploy/, the controller beside it, each ending on its own.
/// What the kubelet or a load balancer is told at HAProxy's health port follows whether HAProxy serves, not the controller.
/// </summary>
public sealed class PodTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo root = Directory.CreateDirectory(Path.Join("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}"));
    private ManifestDir files = null!;
    private ControllerSettings settings = null!;
    private EchoPods pods = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        pods = await EchoPods.StartAsync("one");
        files = new ManifestDir(root.FullName);
        files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one"));
        settings = new ControllerSettings
        {
            Manifests = files.Folder,
            Haproxy = HaproxyBinary.Path(),
            StateDir = Path.Join(root.FullName, "s"),
            HttpPort = Ports.Free(),
            HttpsPort = Ports.Free(),
            HealthPort = Ports.Free(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await pods.DisposeAsync();
        root.Delete(recursive: true);
    }

    [Fact]
    public async Task HAProxy_is_ready_when_the_first_state_is_live_and_stays_so_without_the_controller()
    {
        await using var proxy = PodProxy.Start(settings.StateDir);
        Assert.Equal(0, await HealthAsync());

        await using (var controller = await ControllerAsync())
        {
            Assert.Equal(200, await HealthAsync());
            Assert.Equal("one", await AskAsync());
            controller.Signal(SluiceProcess.Sigkill);
            await controller.ExitCodeAsync();
        }

        Assert.Equal((200, "one"), (await HealthAsync(), await AskAsync()));
        files.Write("more.yaml", Site("more", "more.test", "one"));
        await using var second = await ControllerAsync();
        Assert.Equal((200, "one", "one"), (await HealthAsync(), await AskAsync(), await AskAsync("more.test")));
        second.Signal(SluiceProcess.Sigterm);
        Assert.Equal(0, await second.ExitCodeAsync());
        Assert.Equal((200, "one"), (await HealthAsync(), await AskAsync()));
    }

    [Fact]
    public async Task HAProxy_ends_when_what_is_under_way_is_finished_and_the_controller_has_let_go()
    {
        await using var proxy = PodProxy.Start(settings.StateDir);
        await using var controller = await ControllerAsync();
        await using var slow = await RawConnection.OpenAsync(settings.HttpPort);
        await slow.WriteAsync("GET", "/?gate=slow", "app.test");
        await pods.Gates["slow"].ArrivalAsync();

        proxy.Signal(PodProxy.Sigusr1);
        await UntilHealthAsync(0);
        await Assert.ThrowsAsync<SocketException>(() => RawConnection.OpenAsync(settings.HttpPort));
        pods.Gates["slow"].Open();
        Assert.Equal("one", (await slow.ReadAsync("GET")).Outcome);

        // A worker stays as long as somebody is connected to its socket.
        Assert.False(proxy.HasEnded);
        controller.Signal(SluiceProcess.Sigterm);
        Assert.Equal(0, await controller.ExitCodeAsync());
        Assert.Equal(0, await proxy.ExitCodeAsync());
    }

    [Fact]
    public async Task With_a_delay_HAProxy_asks_not_to_be_sent_more_and_serves_on_also_after_a_reload()
    {
        await using var proxy = PodProxy.Start(settings.StateDir);
        await using var controller = await ControllerAsync("--shutdown-delay", "300");
        Assert.Equal(200, await HealthAsync());

        controller.Signal(SluiceProcess.Sigterm);
        await UntilHealthAsync(503);
        Assert.Equal("one", await AskAsync());

        // This needs a new worker.
        files.Write("settings.yaml", Settings(("server-header", "false")));
        while ((await GetAsync(settings.HttpPort, "else.test", "/"))["Server"] is not null)
        {
            await Task.Delay(5, Stop);
        }

        await UntilHealthAsync(503);
        Assert.Equal("one", await AskAsync());

        proxy.Signal(PodProxy.Sigusr1);
        await UntilHealthAsync(0);
        controller.Signal(SluiceProcess.Sigterm);
        Assert.Equal(0, await controller.ExitCodeAsync());
        Assert.Equal(0, await proxy.ExitCodeAsync());
    }

    [Fact]
    public async Task Where_the_controller_alone_was_told_to_stop_HAProxy_is_there_to_stay()
    {
        await using var proxy = PodProxy.Start(settings.StateDir);
        await using var controller = await ControllerAsync("--shutdown-delay", "300");
        controller.Signal(SluiceProcess.Sigterm);
        await UntilHealthAsync(503);

        controller.Signal(SluiceProcess.Sigterm);
        Assert.Equal(0, await controller.ExitCodeAsync());
        Assert.Equal((200, "one"), (await HealthAsync(), await AskAsync()));
    }

    [Fact]
    public async Task What_HAProxy_refuses_at_its_start_keeps_nothing_else_from_being_served()
    {
        files.Write("bad.yaml", Ingress("bad", [Rule("bad.test", Prefix("/", "one"))], tls: [("bad", ["bad.test"])]), Secret("bad", TestCertificate.Refused("bad.test")));
        await using var proxy = PodProxy.Start(settings.StateDir);

        await using var controller = await ControllerAsync();

        Assert.Equal((200, "one"), (await HealthAsync(), await AskAsync()));
        Assert.Contains("Secret default/bad", controller.Errors, StringComparison.Ordinal);
        Assert.Contains("[RefusedByHaproxy]", controller.Errors, StringComparison.Ordinal);
        files.Write("more.yaml", Site("more", "more.test", "one"));
        while (await AskAsync("more.test") != "one")
        {
            await Task.Delay(5, Stop);
        }
    }

    private Task<SluiceProcess> ControllerAsync(params IReadOnlyList<string> more) =>
        SluiceProcess.RunAsync(settings, ["--external-haproxy", "--health-port", $"{settings.HealthPort}", .. more]);

    private async Task<string> AskAsync(string host = "app.test") => (await GetAsync(settings.HttpPort, host, "/")).Outcome;

    // On a connection of its own: an idle one goes with the old worker.
    private static async Task<Response> GetAsync(int port, string host, string path)
    {
        await using var client = new RawHttp(port);
        return await client.GetAsync(host, path);
    }

    // 0 where nobody listens.
    private async Task<int> HealthAsync()
    {
        try
        {
            Assert.Equal(404, (await GetAsync(settings.HealthPort!.Value, "health", "/")).Status);
            return (await GetAsync(settings.HealthPort!.Value, "health", "/healthz")).Status;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return 0;
        }
    }

    private async Task UntilHealthAsync(int status)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        while (await HealthAsync() != status)
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
