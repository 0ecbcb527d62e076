using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Pods prove over TLS who they are, and so do we.</summary>
public sealed class PodTlsTests
{
    private static readonly TestCertificate Right = TestCertificate.Authority("right");
    private static readonly TestCertificate Wrong = TestCertificate.Authority("wrong");

    [Fact]
    public async Task Pods_must_have_a_certificate_of_the_authorities_in_the_Secret()
    {
        await using var site = await StartAsync(TestCertificate.IssuedBy(Right, "pod.test"));
        var change = await site.AnnotateServiceAsync(("haproxy.org/server-ca", "pods"));
        Assert.Equal("SecretNotFound Service default/app metadata.annotations[haproxy.org/server-ca]", Problem(change));
        Assert.Equal("503", await site.AskAsync());

        change = await site.PutAsync(Opaque("pods", ("ca.crt", Wrong.Certificate)));
        Assert.Empty(change.Findings);
        Assert.Equal("503", await site.AskAsync());
        await site.PutAsync(Opaque("pods", ("tls.crt", Right.Certificate)));
        Assert.Equal("app", await site.AskAsync());

        // Far more than one command takes.
        var many = Enumerable.Range(0, 25).Select(index => TestCertificate.Authority($"authority {index}").Certificate);
        await site.PutAsync(Opaque("pods", ("ca.crt", string.Concat([.. many.Select(pem => pem + "\n"), Right.Certificate]))));
        Assert.Equal("app", await site.AskAsync());

        change = await site.PutAsync(Opaque("pods", ("ca.crt", "no PEM")));
        Assert.Equal("InvalidCertificate Service default/app metadata.annotations[haproxy.org/server-ca]", Problem(change));
        Assert.Equal("503", await site.AskAsync());
        await site.AnnotateServiceAsync();
        change = await site.AnnotateServiceAsync(("sluice.dev/server-ca", "a b"));
        Assert.Equal("InvalidSetting Service default/app metadata.annotations[sluice.dev/server-ca]", Problem(change));
        Assert.Equal("503", await site.AskAsync());

        await site.AnnotateServiceAsync(("sluice.dev/server-ssl", "true"));
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Their_names_are_compared_where_it_is_set_with_what()
    {
        var asked = new ConcurrentQueue<string?>();
        var certificate = TestCertificate.IssuedBy(Right, "pod.test").Load();
        await using var site = await StartAsync(https => https.ServerCertificateSelector = (_, name) =>
        {
            asked.Enqueue(name);
            return certificate;
        });
        await site.PutAsync(Opaque("pods", ("ca.crt", Right.Certificate)));
        (string, string) ca = ("sluice.dev/server-ca", "pods");
        foreach (var (key, value, expected, name) in new[]
        {
            ("server-verify-host", "pod.test", "app", ""), ("server-verify-host", "other.test", "503", ""),
            ("server-sni", "pod.test", "app", "pod.test"), ("server-sni", "other.test", "503", "other.test"),
        })
        {
            await site.AnnotateAsync(ca, ($"sluice.dev/{key}", value));
            asked.Clear();
            Assert.Equal(expected, await site.AskAsync());
            Assert.Equal(name, asked.First() ?? "");
        }

        var change = await site.AnnotateAsync(ca, ("sluice.dev/server-sni", "pod.test"), ("sluice.dev/server-verify-host", "other.test"));
        Assert.Equal("InvalidSetting Ingress default/app metadata.annotations[sluice.dev/server-verify-host]", Problem(change));
        Assert.Equal("503", await site.AskAsync());

        await site.AnnotateAsync();
        change = await site.AnnotateAsync(("sluice.dev/server-ssl", "true"), ("sluice.dev/server-verify-host", "pod.test"));
        Assert.Equal("InvalidSetting Ingress default/app metadata.annotations[sluice.dev/server-verify-host]", Problem(change));
        Assert.Equal("503", await site.AskAsync());

        await site.AnnotateAsync(("sluice.dev/server-ssl", "true"), ("sluice.dev/server-sni", "other.test"));
        asked.Clear();
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal("other.test", asked.First());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task They_are_shown_a_certificate_and_what_is_renewed_takes_its_place_without_a_failed_request()
    {
        var (first, second) = (TestCertificate.IssuedBy(Right, "client"), TestCertificate.IssuedBy(Right, "client"));
        var seen = new ConcurrentQueue<string>();
        var certificate = TestCertificate.IssuedBy(Right, "pod.test").Load();
        await using var site = await StartAsync(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (shown, _, _) => Saw(seen, shown);
        });
        await site.PutAsync(Opaque("pods", ("ca.crt", Right.Certificate)), Secret("us", first));
        await site.AnnotateAsync(("sluice.dev/server-ca", "pods"));
        Assert.Equal("502", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/server-ca", "pods"), ("haproxy.org/server-crt", "default/us"));
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal(first.Thumbprint, seen.Last());

        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = Task.Run(async () =>
        {
            for (var count = 1; ; count++)
            {
                Assert.Equal("app", await site.AskAsync());
                begun.TrySetResult();
                if (stop.IsCancellationRequested)
                {
                    return count;
                }
            }
        });
        await Task.WhenAny(begun.Task, asking);
        await site.PutAsync(Opaque("pods", ("ca.crt", Right.Certificate + "\n" + Wrong.Certificate)), Secret("us", second));
        await stop.CancelAsync();
        Assert.InRange(await asking, 2, int.MaxValue);
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal(second.Thumbprint, seen.Last());

        await GoneAsync(site, expected: 1);
        await site.SameWorkerAsync();
        await site.Sluice.RestartAsync(_ => { });
        Assert.Equal("app", await site.AskAsync());

        // While there is no pod, and so no server that names them, HAProxy starts without them.
        await site.ServeAsync();
        await site.ConfigureAsync(("server-header", "false"));
        Assert.Empty(await FilesAsync(site));
        await site.ServeAsync("app");
        Assert.Equal("app", await site.AskAsync());
    }

    [Fact]
    public async Task What_somebody_takes_away_is_there_again_for_the_next_pod_and_Secrets_of_others_stay_theirs()
    {
        await using var site = await PolicySite.StartAsync(await EchoPods.StartAsync(
            [("app", IPAddress.Loopback), ("second", IPAddress.Parse("127.0.0.2"))], Https(TestCertificate.IssuedBy(Right, "pod.test"))));
        await site.PutAsync(Opaque("other/pods", ("ca.crt", Right.Certificate)), Opaque("pods", ("ca.crt", Right.Certificate)));
        var change = await site.AnnotateAsync(("sluice.dev/server-ca", "other/pods"));
        Assert.Equal("ReferenceNotGranted Ingress default/app metadata.annotations[sluice.dev/server-ca]", Problem(change));
        Assert.Equal("503", await site.AskAsync());

        await site.AnnotateAsync();
        await site.ConfigureAsync(("server-ca", "default/pods"));
        Assert.Equal("app", await site.AskAsync());
        var file = (await FilesAsync(site)).Single(name => name.Contains("/ca-", StringComparison.Ordinal));
        await site.Sluice.TamperAsync($"set ssl ca-file {file} <<\n{Wrong.Certificate}\n", $"commit ssl ca-file {file}");
        await site.Sluice.UntilLoggedAsync($"the file {Path.GetFileNameWithoutExtension(file)} was another");
        await site.Sluice.TamperAsync($"del ssl ca-file {file}");
        await site.Sluice.UntilLoggedAsync($"the file {Path.GetFileNameWithoutExtension(file)} was missing");
        await site.ServeAsync("second");
        Assert.Equal("second", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task Checks_go_over_TLS_too()
    {
        await using var site = await StartAsync(TestCertificate.IssuedBy(Right, "pod.test"), HttpProtocols.Http1AndHttp2);
        await site.PutAsync(Opaque("pods", ("ca.crt", Right.Certificate)), Opaque("wrong", ("ca.crt", Wrong.Certificate)));
        (string, string)[] quick = [("sluice.dev/check-interval", "300ms"), ("sluice.dev/check-rise", "1"), ("sluice.dev/check-fall", "1")];
        (string, string)[][] well =
        [
            [("sluice.dev/server-ssl", "true")],
            [("sluice.dev/server-ca", "pods")],
            [("sluice.dev/server-ca", "pods"), ("sluice.dev/server-sni", "pod.test")],
            [("sluice.dev/server-ca", "pods"), ("sluice.dev/server-verify-host", "pod.test")],
            [("sluice.dev/server-ca", "pods"), ("sluice.dev/server-proto", "h2")],
        ];
        var round = 0;
        foreach (var annotations in well)
        {
            var gate = $"checked{round++}";
            site.Pods.Gates[gate].Open();
            await site.AnnotateAsync([.. annotations, ("sluice.dev/check-http", $"/?gate={gate}"), .. quick]);
            await site.Pods.Gates[gate].ArrivalAsync();
            await StateAsync(site, "2");
            Assert.Equal("app", await site.AskAsync());
        }

        await site.AnnotateAsync([("sluice.dev/server-ca", "wrong"), ("sluice.dev/check", "true"), .. quick]);
        await StateAsync(site, "0");
        await site.AnnotateAsync([("sluice.dev/server-ca", "pods"), ("sluice.dev/check", "true"), .. quick]);
        await StateAsync(site, "2");
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    private static Task<PolicySite> StartAsync(TestCertificate certificate, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var loaded = certificate.Load();
        return StartAsync(https => https.ServerCertificate = loaded, protocols);
    }

    private static async Task<PolicySite> StartAsync(Action<HttpsConnectionAdapterOptions> https, HttpProtocols protocols = HttpProtocols.Http1) =>
        await PolicySite.StartAsync(await EchoPods.StartAsync([("app", IPAddress.Loopback)], listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(https);
        }));

    private static Action<ListenOptions> Https(TestCertificate certificate)
    {
        var loaded = certificate.Load();
        return listen => listen.UseHttps(loaded);
    }

    private static bool Saw(ConcurrentQueue<string> seen, X509Certificate2 shown)
    {
        seen.Enqueue(shown.Thumbprint);
        return true;
    }

    private static string Problem(Change change) => Assert.Single(change.Findings) is var finding ? $"{finding.Code} {finding.Object} {finding.Field}" : "";

    // The files for TLS to pods that HAProxy holds.
    private static async Task<string[]> FilesAsync(PolicySite site) =>
        [.. $"{await site.AskHaproxyAsync("show ssl ca-file")}\n{await site.AskHaproxyAsync("show ssl cert")}".Split('\n').Select(line => line.Split(' ')[0])
            .Where(file => file.Contains("/pods/", StringComparison.Ordinal))];

    // Waits until HAProxy and the folder hold as many authorities and certificates as are expected of each.
    private static async Task GoneAsync(PolicySite site, int expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while ((await FilesAsync(site)).Length != 2 * expected)
        {
            await Task.Delay(20, patience.Token);
        }

        Assert.Equal((await FilesAsync(site)).Order(), Directory.EnumerateFiles($"{site.Sluice.Settings.StateDir}/pods").Order());
    }

    private static async Task StateAsync(PolicySite site, string expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        string[] states;
        do
        {
            await Task.Delay(10, patience.Token);
            var lines = (await site.AskHaproxyAsync("show servers state")).Split('\n').Select(line => line.Split(' ')).Where(cells => cells.Length > 18 && cells[0] != "#");
            states = [.. lines.Where(cells => cells[7] != "0").Select(cells => cells[5])];
        }
        while (!states.SequenceEqual([expected]));
    }
}
