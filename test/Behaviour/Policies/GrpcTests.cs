using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>Calls of gRPC: messages both ways, and trailers, whatever a route asks for.</summary>
public sealed class GrpcTests
{
    private const string Address = $"http://{PolicySite.Host}/service/Method";
    private const string TlsAddress = $"https://{PolicySite.Host}/service/Method";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_go_both_ways_and_trailers_come_last(bool isTls)
    {
        await using var site = await StartAsync(isTls ? TestCertificate.Ecdsa("pod.test").Load() : null);
        await site.AnnotateServiceAsync(("sluice.dev/server-proto", "h2"), ("sluice.dev/server-ssl", isTls ? "true" : "false"));
        foreach (var (port, address) in new[] { (site.Sluice.HttpPort, Address), (site.Sluice.HttpsPort, TlsAddress) })
        {
            await using var call = await GrpcCall.OpenAsync(port, address);
            Assert.Equal("one", await call.AskAsync("one"));
            Assert.Equal("two", await call.AskAsync("two"));
            Assert.Equal("0", await call.EndAsync());
        }

        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_stream_may_go_on_and_be_silent_for_longer_than_a_pod_may_take_for_an_answer()
    {
        await using var site = await StartAsync();
        await site.AnnotateAsync(("sluice.dev/server-proto", "h2"), ("sluice.dev/timeout-server", "300ms"));
        await using var call = await GrpcCall.OpenAsync(site.Sluice.HttpPort, Address);
        Assert.Equal("one", await call.AskAsync("one"));
        await Task.Delay(600, TestContext.Current.CancellationToken);
        Assert.Equal("two", await call.AskAsync("two"));
        Assert.Equal("0", await call.EndAsync());
        await site.SameWorkerAsync();
    }

    // gRPC makes of an answer that is none of its own: 429 unavailable, 403 permission denied.
    [Fact]
    public async Task A_call_that_is_refused_gets_the_status_of_HTTP()
    {
        await using var site = await StartAsync();
        await site.AnnotateAsync(("sluice.dev/server-proto", "h2"), ("sluice.dev/rate-limit-requests", "1"), ("sluice.dev/rate-limit-period", "1h"), ("sluice.dev/max-body-size", "1k"), ("sluice.dev/chunked-bodies", "pass"));
        await using (var first = await GrpcCall.OpenAsync(site.Sluice.HttpPort, Address))
        {
            Assert.Equal("one", await first.AskAsync("one"));
            Assert.Equal("0", await first.EndAsync());
        }

        await using var second = await GrpcCall.OpenAsync(site.Sluice.HttpPort, Address);
        Assert.Equal((429, null), (second.Status, second.GrpcStatus));
        await site.AnnotateAsync(("sluice.dev/server-proto", "h2"), ("sluice.dev/deny-list", "127.0.0.1"));
        await using var third = await GrpcCall.OpenAsync(site.Sluice.HttpPort, Address);
        Assert.Equal((403, null), (third.Status, third.GrpcStatus));
        await site.SameWorkerAsync();
    }

    private static async Task<PolicySite> StartAsync(X509Certificate2? certificate = null) => await PolicySite.StartAsync(await EchoPods.StartAsync([("app", IPAddress.Loopback)], listen =>
    {
        listen.Protocols = HttpProtocols.Http2;
        if (certificate is not null)
        {
            listen.UseHttps(certificate);
        }
    }));
}
