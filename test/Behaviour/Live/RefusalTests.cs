using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Controller.Proxy;
using Sluice.Core.Haproxy;
using Sluice.Core.Model;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>What happens when HAProxy says no.</summary>
public sealed class RefusalTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_refused_command_what_HAProxy_holds_is_read_back_and_put_right_without_a_reload()
    {
        await using var pods = await EchoPods.StartAsync("app");
        await using var sluice = await RunningSluice.StartAsync(
            files => files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "app")),
            settings => settings with { ReadBackInterval = TimeSpan.FromHours(1) });
        await sluice.ApplyAsync(files => files.Write("other.yaml", Site("more", "more.test", "app")));
        var worker = await sluice.Master.WorkerPidAsync();

        // Somebody takes the route away behind our back: to remove it is then refused.
        using (var socket = await RuntimeSocket.ConnectAsync($"{sluice.Settings.StateDir}/haproxy.sock", Stop))
        {
            var reply = await socket.SendAsync([new RuntimeLine($"del map {sluice.Settings.StateDir}/maps/routes.map app.test/", "")], Stop);
            Assert.Equal("", reply[0]);
        }

        Assert.Equal("404", (await sluice.GetAsync("app.test", "/")).Outcome);
        var change = await sluice.ApplyAsync(files => files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "other.test", "app")));

        Assert.Equal(ChangeKind.Runtime, change.Kind);
        Assert.Equal(worker, await sluice.Master.WorkerPidAsync());
        await using var client = new RawHttp(sluice.HttpPort);
        Assert.Equal("app", (await client.GetAsync("other.test", "/")).Outcome);
        Assert.Equal("404", (await client.GetAsync("app.test", "/")).Outcome);
    }

    [Fact]
    public async Task A_refused_configuration_leaves_the_former_one_serving_and_the_files_as_they_were()
    {
        await using var bare = new BareHaproxy();
        var good = bare.Rendered(bare.Empty);
        Assert.Equal(ChangeKind.Start, (await bare.Applier.StartAsync(good, Stop)).Kind);
        var atRunTime = await RuntimeChanges.OfAsync(bare);
        var program = await File.ReadAllTextAsync(bare.Layout.ProgramFile, Stop);

        var bad = good with { Program = [.. good.Program, new Section("frontend odd", "frontend odd\n  no-such-directive\n")] };
        var refused = await bare.Applier.ApplyAsync(bad, Stop);

        Assert.Equal(ChangeKind.Refused, refused.Kind);
        Assert.Contains(refused.Reasons, reason => reason.Contains("no-such-directive", StringComparison.Ordinal));
        Assert.Equal(program, await File.ReadAllTextAsync(bare.Layout.ProgramFile, Stop));
        Assert.Equal("404", await bare.OutcomeAsync("app.test", "/"));

        var withData = bad with { Backends = bare.Rendered(bare.Empty with { Backends = OneBackend("data") }).Backends };
        await atRunTime.AssertAsync(await bare.Applier.ApplyAsync(withData, Stop));

        var after = bare.Rendered(bare.Empty with { Backends = OneBackend("web") });
        await atRunTime.AssertAsync(await bare.Applier.ApplyAsync(after, Stop));
    }

    private static Table<BackendId, Backend> OneBackend(string name) =>
        new[] { new Backend(new BackendId(new NamespacedName("shop", name), "80"), []) }.ToTable(backend => backend.Id);
}
