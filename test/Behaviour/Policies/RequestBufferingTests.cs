using System.Net;
using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>Pods are asked when the bodies of requests are there.</summary>
public sealed class RequestBufferingTests
{
    [Fact]
    public async Task A_pod_is_asked_when_the_body_is_there_or_fills_the_buffer_and_a_slow_client_is_not_waited_for_long()
    {
        await using var site = await PolicySite.StartAsync();
        Assert.Equal("at once", await SlowlyAsync(site, "first"));

        await site.AnnotateAsync(("sluice.dev/request-buffering", "true"));
        Assert.Equal("later", await SlowlyAsync(site, "second"));

        // More than the buffer holds: the rest is passed on as it comes.
        await using (var large = await RawConnection.OpenAsync(site.Sluice.HttpPort))
        {
            await large.WriteAsync("POST", "/?gate=large", PolicySite.Host, "Content-Length: 100000");
            await large.WriteAsync(new string('x', 60_000));
            site.Pods.Gates["large"].Open();
            await large.WriteAsync(new string('x', 40_000));
            Assert.Equal(100_000, (await large.ReadAsync("POST")).Echo.BodyLength);
        }

        await site.AnnotateAsync(("sluice.dev/request-buffering", "true"), ("sluice.dev/request-buffering-timeout", "1s"));
        await using (var slow = await RawConnection.OpenAsync(site.Sluice.HttpPort))
        {
            await slow.WriteAsync("POST", "/", PolicySite.Host, "Content-Length: 10");
            await slow.WriteAsync("12345");
            Assert.Equal(408, (await slow.ReadAsync("POST")).Status);
        }

        await using (var socket = await WebSocketClient.OpenAsync(site.Sluice.HttpPort, $"ws://{PolicySite.Host}/", HttpVersion.Version20))
        {
            Assert.Equal("app: hello", await socket.AskAsync("hello"));
        }

        var change = await site.AnnotateAsync(("sluice.dev/request-buffering", "true"), ("sluice.dev/request-buffering-timeout", "3s"));
        Assert.Equal("metadata.annotations[sluice.dev/request-buffering-timeout]", Assert.Single(change.Findings).Field);
        await site.AnnotateAsync();
        Assert.Equal("at once", await SlowlyAsync(site, "third"));
        await site.SameWorkerAsync();
    }

    // Whether the pod sees a request before its body is there.
    private static async Task<string> SlowlyAsync(PolicySite site, string text)
    {
        var seen = site.Pods.Requests;
        await using var client = await RawConnection.OpenAsync(site.Sluice.HttpPort);
        await client.WriteAsync("POST", $"/{text}", PolicySite.Host, "Content-Length: 10");
        await client.WriteAsync("12345");

        // Another request that came later was answered: this one would have been, too.
        Assert.Equal("app", await site.AskAsync("/other"));
        await Task.Delay(50, TestContext.Current.CancellationToken);
        var isEarly = site.Pods.Requests == seen + 2;
        await client.WriteAsync("67890");
        Assert.Equal(10, (await client.ReadAsync("POST")).Echo.BodyLength);
        return isEarly ? "at once" : "later";
    }
}
