using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>How it ends: what was begun is finished, within the time that it is given.</summary>
public sealed class ShutdownTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_that_was_begun_is_answered_and_no_new_connection_is_taken()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await StartAsync(pods, grace: TimeSpan.FromMinutes(1));
        await using var slow = await BeginAsync(sluice, pods);

        var stopping = sluice.StopAsync(Stop);
        await RefusedAsync(sluice.HttpPort);
        Assert.False(stopping.IsCompleted);
        pods.Gates["slow"].Open();

        var answer = await slow.ReadAsync("GET");
        Assert.Equal("one", answer.Outcome);
        await stopping.WaitAsync(Patience, Stop);
    }

    [Fact]
    public async Task Idle_connections_do_not_hold_it_up()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await StartAsync(pods, grace: TimeSpan.FromMinutes(1));
        await using var idle = await RawConnection.OpenAsync(sluice.HttpPort);
        Assert.Equal("one", (await idle.SendAsync("GET", "/", "app.test")).Outcome);
        Assert.Equal(200, (await sluice.Http2.SendAsync("GET", "app.test", "/")).Status);

        await sluice.StopAsync(Stop).WaitAsync(Patience, Stop);
    }

    [Fact]
    public async Task What_is_still_open_when_the_time_is_over_is_cut_off()
    {
        await using var pods = await EchoPods.StartAsync("one");
        RawConnection slow;
        await using (var sluice = await StartAsync(pods, grace: TimeSpan.FromMilliseconds(200)))
        {
            slow = await BeginAsync(sluice, pods);
            await sluice.StopAsync(Stop).WaitAsync(Patience, Stop);
        }

        await using (slow)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => slow.ReadAsync("GET"));
        }
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await StartAsync(pods, grace: TimeSpan.FromMinutes(5));
        await using var slow = await BeginAsync(sluice, pods);
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var stopping = sluice.StopAsync(hurry.Token);
        await RefusedAsync(sluice.HttpPort);
        Assert.False(stopping.IsCompleted);
        await hurry.CancelAsync();
        await stopping.WaitAsync(Patience, Stop);
    }

    [Fact]
    public async Task A_HAProxy_that_was_found_running_finishes_as_well()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await StartAsync(pods, grace: TimeSpan.Zero);
        var settings = sluice.Settings with { StateDir = $"{sluice.Settings.StateDir}2", HttpPort = Ports.Free(), HttpsPort = Ports.Free() };
        await using (var killed = await SluiceProcess.RunAsync(settings))
        {
            killed.Signal(SluiceProcess.Sigkill);
            await killed.ExitCodeAsync();
        }

        await using var second = await IngressController.StartAsync(settings with { GracePeriod = TimeSpan.FromMinutes(1) }, NullLoggerFactory.Instance, Stop);
        await using var slow = await BeginAsync(settings.HttpPort, pods);
        var stopping = second.ServeAsync(new CancellationToken(canceled: true), Stop);
        await RefusedAsync(settings.HttpPort);
        Assert.False(stopping.IsCompleted);
        pods.Gates["slow"].Open();
        Assert.Equal("one", (await slow.ReadAsync("GET")).Outcome);
        await stopping.WaitAsync(Patience, Stop);
    }

    [Fact]
    public async Task The_program_obeys_its_signals()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await StartAsync(pods, grace: TimeSpan.Zero);
        var settings = sluice.Settings with { StateDir = $"{sluice.Settings.StateDir}2", HttpPort = Ports.Free(), HttpsPort = Ports.Free() };
        var port = Ports.Free();
        await using var program = await SluiceProcess.RunAsync(settings, "--admin-port", $"{port}", "--shutdown-delay", "300");
        await using var admin = new RawHttp(port);
        await UntilAsync(admin, 200);

        program.Signal(SluiceProcess.Sigterm);
        await UntilAsync(admin, 503);

        await using (var client = new RawHttp(settings.HttpPort))
        {
            Assert.Equal("one", (await client.GetAsync("app.test", "/")).Outcome);
        }

        program.Signal(SluiceProcess.Sigterm);
        Assert.Equal(0, await program.ExitCodeAsync().WaitAsync(Patience, Stop));
        await RefusedAsync(settings.HttpPort);
    }

    private static Task<RunningSluice> StartAsync(EchoPods pods, TimeSpan grace) => RunningSluice.StartAsync(
        files => files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one")), settings => settings with { GracePeriod = grace });

    private static Task<RawConnection> BeginAsync(RunningSluice sluice, EchoPods pods) => BeginAsync(sluice.HttpPort, pods);

    // A request that is with the pod, and stays there until the gate opens.
    private static async Task<RawConnection> BeginAsync(int port, EchoPods pods)
    {
        var connection = await RawConnection.OpenAsync(port);
        await connection.WriteAsync("GET", "/?gate=slow", "app.test");
        await pods.Gates["slow"].ArrivalAsync();
        return connection;
    }

    // It says that it serves, and that it was told to stop, a moment before it answers so.
    private static async Task UntilAsync(RawHttp admin, int readiness)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        while ((await admin.GetAsync("admin", "/readyz")).Status != readiness)
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private static async Task RefusedAsync(int port)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        while (true)
        {
            try
            {
                await (await RawConnection.OpenAsync(port)).DisposeAsync();
                await Task.Delay(5, limit.Token);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
