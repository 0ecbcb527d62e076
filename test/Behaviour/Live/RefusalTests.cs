using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Controller.Proxy;
using Sluice.Core.Haproxy;
using Sluice.Core.Model;
using Sluice.Core.Translation;
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
        var folder = Directory.CreateDirectory(Path.Join("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}"));
        var layout = new Layout(folder.FullName, "127.0.0.1", Ports.Free(), Ports.Free(), 80, 443);
        await using var process = new HaproxyProcess(HaproxyBinary.Path(), layout);
        using var haproxy = new HaproxyApplier(process, new StateFiles(layout, NullLogger<StateFiles>.Instance), layout, TimeSpan.Zero, NullLogger<HaproxyApplier>.Instance);
        try
        {
            var good = Renderer.Render(Model(), layout);
            Assert.Equal(ChangeKind.Start, (await haproxy.StartAsync(good, Stop)).Kind);
            var worker = await WorkerPidAsync(layout);
            var program = await File.ReadAllTextAsync(layout.ProgramFile, Stop);

            var bad = good with { Program = [.. good.Program, new Section("frontend odd", "frontend odd\n  no-such-directive\n")] };
            var refused = await haproxy.ApplyAsync(bad, Stop);

            Assert.Equal(ChangeKind.Refused, refused.Kind);
            Assert.Contains(refused.Reasons, reason => reason.Contains("no-such-directive", StringComparison.Ordinal));
            Assert.Equal(program, await File.ReadAllTextAsync(layout.ProgramFile, Stop));
            await using (var client = new RawHttp(layout.HttpPort))
            {
                Assert.Equal("404", (await client.GetAsync("app.test", "/")).Outcome);
            }

            var withData = bad with { Backends = Renderer.Render(Model() with { Backends = OneBackend("data") }, layout).Backends };
            Assert.Equal(ChangeKind.Runtime, (await haproxy.ApplyAsync(withData, Stop)).Kind);

            var after = Renderer.Render(Model() with { Backends = OneBackend("web") }, layout);
            Assert.Equal(ChangeKind.Runtime, (await haproxy.ApplyAsync(after, Stop)).Kind);
            Assert.Equal(worker, await WorkerPidAsync(layout));
        }
        finally
        {
            await process.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    // The master lists a worker a moment after that one takes commands, and offers nothing to wait for.
    private static async Task<int> WorkerPidAsync(Layout layout)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        int? pid;
        while ((pid = await Controller.Proxy.MasterSocket.WorkerPidAsync(layout.MasterSocket, limit.Token)) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }

        return pid.Value;
    }

    private static ProxyModel Model() => new() { DefaultCertificate = SelfSigned() };

    private static Table<BackendId, Backend> OneBackend(string name) =>
        new[] { new Backend(new BackendId(new NamespacedName("shop", name), "80"), []) }.ToTable(backend => backend.Id);

    private static Certificate SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return CertificateReader.TryRead(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), out var problem)
            ?? throw new InvalidOperationException(problem);
    }
}
