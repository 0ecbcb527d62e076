using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>What the admin server says of the controller.</summary>
public sealed class AdminServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_controller_whose_state_is_live_is_healthy_and_ready()
    {
        await using var sluice = await RunningSluice.StartAsync(settings: WithAdmin);
        await using var admin = new RawHttp(sluice.Settings.AdminPort!.Value);

        Assert.Equal((200, "ok"), await AskAsync(admin, "/healthz"));
        Assert.Equal((200, "ready"), await AskAsync(admin, "/readyz"));
        Assert.Equal(404, (await admin.GetAsync("admin", "/elsewhere")).Status);
        Assert.Equal(405, (await admin.SendAsync("POST", "/readyz", "admin")).Status);
        var head = await admin.SendAsync("HEAD", "/readyz", "admin");
        Assert.Equal((200, "5", ""), (head.Status, head["Content-Length"], head.Text));
    }

    [Fact]
    public async Task A_controller_is_not_ready_before_its_first_state_is_live()
    {
        var root = Directory.CreateDirectory(Path.Join("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}"));
        var (gate, asked, haproxy) = (Path.Join(root.FullName, "open"), Path.Join(root.FullName, "asked"), Path.Join(root.FullName, "haproxy"));
        try
        {
            // A HAProxy that checks its configuration as slowly as we like.
            await File.WriteAllTextAsync(haproxy, $"""
                #!/bin/sh
                if [ "$1" = -c ]; then touch {asked}; until [ -e {gate} ]; do sleep 0.02; done; fi
                exec {HaproxyBinary.Path()} "$@"
                """, Stop);
            File.SetUnixFileMode(haproxy, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var settings = WithAdmin(new ControllerSettings
            {
                Manifests = root.CreateSubdirectory("manifests").FullName,
                Haproxy = haproxy,
                StateDir = Path.Join(root.FullName, "s"),
                HttpPort = Ports.Free(),
                HttpsPort = Ports.Free(),
            });
            var starting = IngressController.StartAsync(settings, NullLoggerFactory.Instance, Stop);

            while (!File.Exists(asked) && !starting.IsCompleted)
            {
                await Task.Delay(5, Stop);
            }

            await using var admin = new RawHttp(settings.AdminPort!.Value);
            Assert.Equal((503, "starting: the first full state is not live yet"), await AskAsync(admin, "/readyz"));
            Assert.Equal((200, "ok"), await AskAsync(admin, "/healthz"));

            await File.WriteAllTextAsync(gate, "", Stop);
            await using var controller = await starting;
            Assert.Equal((200, "ready"), await AskAsync(admin, "/readyz"));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task When_told_to_stop_it_is_not_ready_at_once_and_works_on_for_the_delay()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await RunningSluice.StartAsync(
            files => files.Write("services.yaml", ServiceForEach(pods.All)), settings => WithAdmin(settings) with { ShutdownDelay = TimeSpan.FromMinutes(5) });
        await using var admin = new RawHttp(sluice.Settings.AdminPort!.Value);
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var stopping = sluice.StopAsync(hurry.Token);

        Assert.Equal((503, "stopping: told to stop"), await AskAsync(admin, "/readyz"));
        Assert.Equal((200, "ok"), await AskAsync(admin, "/healthz"));
        await sluice.ApplyAsync(files => files.Write("late.yaml", Site("late", "late.test", "one")));
        Assert.Equal("one", (await sluice.GetAsync("late.test", "/")).Outcome);
        Assert.False(stopping.IsCompleted);

        await hurry.CancelAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_sentence()
    {
        await using var pods = await EchoPods.StartAsync("one");
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunningSluice.StartAsync(settings: settings => settings with { AdminPort = pods["one"].Port }));
        Assert.Contains(
            $"Somebody listens on 127.0.0.1:{pods["one"].Port} already. Choose another port with --admin-port.", failure.Message, StringComparison.Ordinal);

        var same = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunningSluice.StartAsync(settings: settings => settings with { AdminPort = settings.HttpPort }));
        Assert.Contains("cannot share port", same.Message, StringComparison.Ordinal);
    }

    private static ControllerSettings WithAdmin(ControllerSettings settings) => settings with { AdminPort = Ports.Free() };

    private static async Task<(int Status, string Text)> AskAsync(RawHttp admin, string path)
    {
        var response = await admin.GetAsync("admin", path);
        return (response.Status, response.Text);
    }
}
