using System.Globalization;
using System.Net;
using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>How large bodies of requests may be.</summary>
public sealed class BodySizeTests
{
    [Fact]
    public async Task A_body_that_tells_its_length_is_judged_to_the_byte()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/max-body-size", "50k"));

        Assert.Equal("51200", await SendAsync(site, 51_200));
        Assert.Equal("413", await SendAsync(site, 51_201));
        Assert.Equal(413, (await site.Sluice.Http2.SendAsync("POST", "app.test", "/", body: new byte[51_201])).Status);
        Assert.Equal("app", await site.AskAsync());

        await site.ConfigureAsync(("max-body-size", "1m"));
        await site.AnnotateAsync();
        Assert.Equal("51201", await SendAsync(site, 51_201));
        Assert.Equal("413", await SendAsync(site, (1 << 20) + 1));
        await site.AnnotateAsync(("sluice.dev/max-body-size", "0"));
        Assert.Equal("1048577", await SendAsync(site, (1 << 20) + 1));

        var change = await site.AnnotateAsync(("sluice.dev/max-body-size", "10 MB"));
        Assert.Contains("expected a size such as 512k", Assert.Single(change.Findings).Message, StringComparison.Ordinal);
        Assert.Equal("503", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_body_without_a_length_is_measured_or_let_through(int version)
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/max-body-size", "1000"));
        Assert.Equal("1000", await StreamAsync(site, version, 1000));
        Assert.Equal("413", await StreamAsync(site, version, 1001));
        Assert.Equal("app", version == 1 ? await site.AskAsync() : (await site.Sluice.Http2.GetAsync("app.test", "/")).Outcome);

        // Beyond what can be measured the limit is the same for all.
        await site.AnnotateAsync(("sluice.dev/max-body-size", "1m"));
        Assert.Equal("8191", await StreamAsync(site, version, 8191));
        Assert.Equal("413", await StreamAsync(site, version, 8192));
        Assert.Equal("413", await StreamAsync(site, version, 5000, new string('a', 8_000)));
        Assert.Equal("2000", await StreamAsync(site, version, 2000, new string('a', 8_000)));

        await site.AnnotateAsync(("sluice.dev/max-body-size", "1m"), ("sluice.dev/chunked-bodies", "pass"));
        Assert.Equal("2000000", await StreamAsync(site, version, 2_000_000));
        await site.AnnotateAsync(("sluice.dev/chunked-bodies", "pass"));
        Assert.Equal("8192", await StreamAsync(site, version, 8192));
        await site.SameWorkerAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_WebSocket_is_no_body_and_counts_as_in_progress_until_it_ends(int version)
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync(("sluice.dev/max-body-size", "10"), ("sluice.dev/limit-connections", "1"));
        await using var socket = await WebSocketClient.OpenAsync(site.Sluice.HttpPort, "ws://app.test/", new Version(version, version == 1 ? 1 : 0));
        Assert.Equal("429", await site.AskAsync());
        Assert.Equal("app: longer than ten bytes", await socket.AskAsync("longer than ten bytes"));
        await site.SameWorkerAsync();
    }

    private static async Task<string> SendAsync(PolicySite site, int bytes)
    {
        await using var connection = await RawConnection.OpenAsync(site.Sluice.HttpPort);
        var response = await connection.SendAsync("POST", "/", "app.test", body: new byte[bytes]);
        return response.Status == 200 ? Length(response.Body.Span) : response.Outcome;
    }

    // Sends a body of which nobody knows the length before.
    private static async Task<string> StreamAsync(PolicySite site, int version, int bytes, string header = "")
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{site.Sluice.HttpPort}/")
        {
            Version = new Version(version, version == 1 ? 1 : 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new UnknownLength(bytes),
        };
        request.Headers.Host = "app.test";
        request.Headers.Add("X-Long", header);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? Length(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))
            : ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
    }

    private static string Length(ReadOnlySpan<byte> body) => Echo.Parse(body).BodyLength.ToString(CultureInfo.InvariantCulture);

    private sealed class UnknownLength(int bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[bytes]).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }
    }
}
