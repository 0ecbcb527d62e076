using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>What connections to pods are made of.</summary>
public sealed class UpstreamTests
{
    [Fact]
    public async Task Pods_that_speak_TLS_are_spoken_to_over_TLS_with_what_they_choose_or_what_is_set()
    {
        var certificate = TestCertificate.Ecdsa("pod.test");
        using var loaded = X509Certificate2.CreateFromPem(certificate.Certificate, certificate.Key);
        using var usable = X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), null);
        await using var site = await StartAsync(listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(usable);
        });
        Assert.NotEqual("app", await site.AskAsync());

        await site.AnnotateAsync(("haproxy.org/server-ssl", "true"));
        Assert.Equal("HTTP/2", (await site.GetAsync()).Echo.Protocol);
        await site.AnnotateAsync(("sluice.dev/server-ssl", "true"), ("sluice.dev/server-proto", "h1"));
        Assert.Equal("HTTP/1.1", (await site.GetAsync()).Echo.Protocol);
        await site.AnnotateAsync(("sluice.dev/server-ssl", "true"), ("sluice.dev/server-proto", "h2"), ("sluice.dev/check", "true"));
        Assert.Equal("HTTP/2", (await site.GetAsync()).Echo.Protocol);

        var change = await site.AnnotateAsync(("sluice.dev/server-ssl", "yes"));
        Assert.Equal("metadata.annotations[sluice.dev/server-ssl]", Assert.Single(change.Findings).Field);
        Assert.NotEqual("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Pods_that_speak_HTTP2_without_TLS_are_spoken_to_so()
    {
        await using var site = await StartAsync(listen => listen.Protocols = HttpProtocols.Http2);
        Assert.NotEqual("app", await site.AskAsync());
        await site.AnnotateServiceAsync(("haproxy.org/server-proto", "h2"));
        Assert.Equal("HTTP/2", (await site.GetAsync()).Echo.Protocol);
        Assert.Equal("app", (await site.Sluice.GetTlsAsync(PolicySite.Host, "/a?b=c")).Outcome);
        site.Pods.Gates["checked"].Open();
        await site.AnnotateServiceAsync(("haproxy.org/server-proto", "h2"), ("sluice.dev/check-http", "/?gate=checked"), ("sluice.dev/check-interval", "300ms"));
        await site.Pods.Gates["checked"].ArrivalAsync();
        Assert.Equal("app", await site.AskAsync());
        await site.AnnotateServiceAsync();
        Assert.NotEqual("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, HttpProtocols.Http2)]
    [InlineData(HttpProtocols.Http2, HttpProtocols.Http1)]
    public async Task A_canary_and_Services_that_share_requests_may_speak_what_the_own_Service_does_not(HttpProtocols own, HttpProtocols other)
    {
        var addresses = new Dictionary<IPAddress, HttpProtocols> { [IPAddress.Loopback] = own, [IPAddress.Parse("127.0.0.2")] = other };
        await using var site = await PolicySite.StartAsync(await EchoPods.StartAsync(
            [.. addresses.Keys.Zip(["app", "new"], (address, name) => (name, address))], listen => listen.Protocols = addresses[listen.IPEndPoint!.Address]));
        string[] service = [Service("new", [Speaks(other)]), SliceOf("new", site.Pods["new"])];
        await site.AnnotateServiceAsync(Speaks(own));

        await site.PutAsync([.. service, Ingress("canary", [Rule(PolicySite.Host, Prefix("/", "new"))], annotations: [("sluice.dev/canary", "true"), ("sluice.dev/canary-weight", "50")])]);
        await EachIsSpokenToAsync();
        await site.PutAsync(service);
        await site.AnnotateAsync(("sluice.dev/service-weights", "app=1,new=1"));
        await EachIsSpokenToAsync();
        await site.SameWorkerAsync();

        async Task EachIsSpokenToAsync()
        {
            foreach (var ask in new[] { () => site.GetAsync("/a?b=c"), () => site.GetTlsAsync("/a?b=c") })
            {
                var seen = new Dictionary<string, string>(StringComparer.Ordinal);
                for (var tries = 0; tries < 4; tries++)
                {
                    var response = await ask();
                    Assert.Equal(200, response.Status);
                    seen[response.Outcome] = $"{response.Echo.Protocol} {response.Echo.Target}";
                }

                Assert.Equal((Line(own), Line(other)), (seen["app"], seen["new"]));
            }
        }

        static (string, string) Speaks(HttpProtocols protocols) => ("sluice.dev/server-proto", protocols == HttpProtocols.Http2 ? "h2" : "h1");
        static string Line(HttpProtocols protocols) => protocols == HttpProtocols.Http2 ? "HTTP/2 /a?b=c" : "HTTP/1.1 /a?b=c";
    }

    [Theory]
    [InlineData("sluice.dev/send-proxy-protocol", "v1", "PROXY TCP4 127.0.0.1 127.0.0.1 ")]
    [InlineData("haproxy.org/send-proxy-protocol", "proxy-v2", "\r\n\r\n\0\r\nQUIT\n!\u0011")]
    public async Task A_line_of_the_PROXY_protocol_begins_each_connection(string key, string value, string expected)
    {
        var lines = new List<string>();
        await using var site = await StartAsync(listen => listen.Use(next => async connection =>
        {
            lines.Add(await ReadProxyLineAsync(connection.Transport.Input));
            await next(connection);
        }));
        await site.AnnotateAsync((key, value), ("sluice.dev/check", "true"), ("sluice.dev/check-interval", "1h"));
        Assert.Equal("app", await site.AskAsync());
        Assert.Contains(lines, line => line.StartsWith(expected, StringComparison.Ordinal));
        await site.SameWorkerAsync();
    }

    private static async Task<PolicySite> StartAsync(Action<ListenOptions> listening) =>
        await PolicySite.StartAsync(await EchoPods.StartAsync([("app", IPAddress.Loopback)], listening));

    // A line of version 1, or the head of version 2 with as many bytes after it as it says.
    private static async Task<string> ReadProxyLineAsync(PipeReader input)
    {
        while (true)
        {
            var read = await input.ReadAsync();
            var bytes = read.Buffer.ToArray();
            var length = bytes is [(byte)'P', ..] ? Array.IndexOf(bytes, (byte)'\n') + 1 : bytes.Length < 16 ? 0 : 16 + (bytes[14] << 8) + bytes[15];
            if (length > 0 && length <= bytes.Length)
            {
                input.AdvanceTo(read.Buffer.GetPosition(length));
                return Encoding.Latin1.GetString(bytes, 0, length);
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return "";
            }
        }
    }
}
