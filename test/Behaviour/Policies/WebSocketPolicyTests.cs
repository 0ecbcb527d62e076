using System.Net;
using System.Net.WebSockets;
using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>WebSockets through routes that ask for much else.</summary>
public sealed class WebSocketPolicyTests
{
    [Fact]
    public async Task A_WebSocket_goes_through_what_a_route_asks_for()
    {
        await using var site = await PolicySite.StartAsync("app", "second");
        await site.ServeAsync("app", "second");
        await site.AnnotateAsync(
            ("sluice.dev/cookie-persistence", "route"), ("sluice.dev/request-set-header", "X-A a"), ("sluice.dev/response-set-header", "X-B b"), ("sluice.dev/rate-limit-requests", "100"),
            ("sluice.dev/max-body-size", "1k"), ("sluice.dev/strip-prefix", "/chat"), ("sluice.dev/request-buffering", "true"), ("sluice.dev/timeout-server", "1s"));
        var cookie = (await site.GetAsync())["Set-Cookie"]!.Split(';')[0];
        var pod = (await site.GetAsync("/", $"Cookie: {cookie}")).Echo.Pod;
        foreach (var (port, scheme, version) in new[] { (site.Sluice.HttpPort, "ws", HttpVersion.Version11), (site.Sluice.HttpsPort, "wss", HttpVersion.Version11), (site.Sluice.HttpsPort, "wss", HttpVersion.Version20) })
        {
            await using var socket = await WebSocketClient.OpenAsync(port, $"{scheme}://{PolicySite.Host}/chat/room", version, ("Cookie", cookie));
            Assert.Equal($"{pod}: hello", await socket.AskAsync("hello"));

            // Longer than a pod may be silent in an answer; the timeout for tunnels counts.
            await Task.Delay(version == HttpVersion.Version20 ? 1200 : 0, TestContext.Current.CancellationToken);
            Assert.Equal($"{pod}: again", await socket.AskAsync("again"));
        }

        await site.AnnotateAsync(("sluice.dev/timeout-tunnel", "200ms"));
        await using (var silent = await WebSocketClient.OpenAsync(site.Sluice.HttpPort, $"ws://{PolicySite.Host}/"))
        {
            await silent.AskAsync("hello");
            await Task.Delay(500, TestContext.Current.CancellationToken);
            await Assert.ThrowsAnyAsync<WebSocketException>(() => silent.AskAsync("again"));
        }

        await site.AnnotateAsync(("sluice.dev/deny-list", "127.0.0.1"));
        await Assert.ThrowsAsync<WebSocketException>(() => WebSocketClient.OpenAsync(site.Sluice.HttpPort, $"ws://{PolicySite.Host}/"));
        await site.SameWorkerAsync();
    }
}
