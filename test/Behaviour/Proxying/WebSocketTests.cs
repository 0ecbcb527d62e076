using System.Net;
using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Proxying;

/// <summary>WebSockets, which must outlive what changes around them.</summary>
public sealed class WebSocketTests(WebSocketTests.Given given) : IClassFixture<WebSocketTests.Given>
{
    public sealed class Given() : Scenario("chat", "other")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(Pods.All));
            files.Write("chat.yaml", Site("chat", "chat.test", "chat"));
        });
    }

    [Fact]
    public async Task Messages_come_back()
    {
        await using var socket = await WebSocketClient.OpenAsync(given.Sluice.HttpPort, "ws://chat.test/room");

        Assert.Equal("chat: hello", await socket.AskAsync("hello"));
        Assert.Equal("chat: again", await socket.AskAsync("again"));
    }

    [Fact]
    public async Task Messages_come_back_over_tls()
    {
        await using var socket = await WebSocketClient.OpenAsync(given.Sluice.HttpsPort, "wss://chat.test/room");

        Assert.Equal("chat: hello", await socket.AskAsync("hello"));
    }

    [Fact]
    public async Task Messages_come_back_over_http2()
    {
        await using var socket = await WebSocketClient.OpenAsync(given.Sluice.HttpsPort, "wss://chat.test/room", HttpVersion.Version20);

        Assert.Equal("chat: hello", await socket.AskAsync("hello"));
    }

    [Fact]
    public async Task A_socket_stays_open_through_fifty_changes()
    {
        await given.Sluice.ApplyAsync(files => Live(files, "/start", "live", given.Pods["chat"]));
        await using var socket = await WebSocketClient.OpenAsync(given.Sluice.HttpPort, "ws://live.test/");
        var atRunTime = await RuntimeChanges.OfAsync(given.Sluice);

        for (var round = 0; round < 10; round++)
        {
            foreach (var edit in Edits(round))
            {
                await atRunTime.AssertAsync(await given.Sluice.ApplyAsync(edit));
                Assert.Equal($"chat: {round}", await socket.AskAsync($"{round}"));
            }
        }
    }

    [Fact]
    public async Task A_socket_stays_open_when_its_endpoint_its_Service_and_its_Ingress_go()
    {
        var (ingress, service) = (Site("gone", "gone.test", "gone"), Service("gone"));
        await given.Sluice.ApplyAsync(files => files.Write("gone.yaml", ingress, service, SliceOf("gone", given.Pods["chat"])));
        await using var socket = await WebSocketClient.OpenAsync(given.Sluice.HttpPort, "ws://gone.test/");

        Action<ManifestDir>[] losses =
        [
            files => files.Write("gone.yaml", ingress, service, SliceOf("gone")),
            files => files.Write("gone.yaml", ingress),
            files => files.Delete("gone.yaml"),
        ];
        foreach (var loss in losses)
        {
            await given.Sluice.ApplyAsync(loss);
            Assert.Equal("chat: still here", await socket.AskAsync("still here"));
        }
    }

    /// <summary>Five changes: of another host, and of the socket's own rule, endpoints and Service.</summary>
    private IEnumerable<Action<ManifestDir>> Edits(int round)
    {
        var (chat, other) = (given.Pods["chat"], given.Pods["other"]);
        yield return files => files.Write("unrelated.yaml", Site("unrelated", $"host-{round}.test", "other"));
        yield return files => Live(files, $"/p{round}", "live", chat, other);
        yield return files => Live(files, $"/q{round}", "live", chat, other);
        yield return files => Live(files, $"/q{round}", "other", chat, other);
        yield return files => Live(files, $"/q{round}", "live", chat);
    }

    private static void Live(ManifestDir files, string path, string root, params IReadOnlyList<EchoPod> pods) => files.Write(
        "live.yaml", Ingress("live", [Rule("live.test", Prefix("/", root), Prefix(path, "live"))]), ServiceOf("live", pods));
}
