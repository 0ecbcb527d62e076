using System.Globalization;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Controller.Proxy;
using Sluice.Core.Haproxy;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>How many connections HAProxy itself says that it takes.</summary>
public sealed class MaxConnectionsTests
{
    // HAProxy makes the number out of the limit of files, and keeps some for itself.
    private const int Margin = 50;

    [Fact]
    public async Task The_limit_is_as_set_and_follows_the_setting()
    {
        await using var pods = await EchoPods.StartAsync("app");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write(
            "app.yaml", Site("app", "app.test", "app"), ServiceForEach(pods.All), Settings(("max-connections", "1000"))));
        Assert.InRange(await LimitAsync(sluice), 1000 - Margin, 1000 + Margin);

        var change = await sluice.ApplyAsync(files => files.Write(
            "app.yaml", Site("app", "app.test", "app"), ServiceForEach(pods.All), Settings(("max-connections", "2000"))));
        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.InRange(await LimitAsync(sluice), 2000 - Margin, 2000 + Margin);
        Assert.Equal(200, (await sluice.GetAsync("app.test", "/")).Status);

        // What cannot be read is told, and the default is in force; so it is without the setting.
        change = await sluice.ApplyAsync(files => files.Write(
            "app.yaml", Site("app", "app.test", "app"), ServiceForEach(pods.All), Settings(("max-connections", "lots"))));
        Assert.Equal("InvalidSetting", Assert.Single(change.Findings).Code.Id);
        var limit = await LimitAsync(sluice);
        Assert.InRange(limit, 400, 10_000 + Margin);
        change = await sluice.ApplyAsync(files => files.Write("app.yaml", Site("app", "app.test", "app"), ServiceForEach(pods.All)));
        Assert.Empty(change.Findings);
        Assert.Equal(limit, await LimitAsync(sluice));
    }

    [Fact]
    public async Task More_than_the_machine_allows_is_no_reason_not_to_serve()
    {
        await using var pods = await EchoPods.StartAsync("app");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write(
            "app.yaml", Site("app", "app.test", "app"), ServiceForEach(pods.All), Settings(("max-connections", "1000000"))));

        Assert.Equal(200, (await sluice.GetAsync("app.test", "/")).Status);
        Assert.InRange(await LimitAsync(sluice), 1, 1_000_000 + Margin);
    }

    private static async Task<int> LimitAsync(RunningSluice sluice)
    {
        using var socket = await RuntimeSocket.ConnectAsync($"{sluice.Settings.StateDir}/haproxy.sock", TestContext.Current.CancellationToken);
        var reply = (await socket.SendAsync([new RuntimeLine("show info", "")], TestContext.Current.CancellationToken))[0];
        var line = reply.Split('\n').Single(line => line.StartsWith("Maxconn: ", StringComparison.Ordinal));
        return int.Parse(line["Maxconn: ".Length..], CultureInfo.InvariantCulture);
    }
}
