using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Controller.Proxy;
using Sluice.Core.Haproxy;
using Sluice.Core.Model;
using Sluice.Core.Translation;
using Xunit;

namespace Sluice.Behaviour.Harness;

/// <summary>A HAProxy with what brings states to it, and no controller: for states that no manifest leads to.</summary>
internal sealed class BareHaproxy : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateDirectory(Path.Join("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}"));
    private readonly HaproxyProcess process;

    public BareHaproxy()
    {
        Layout = new Layout(folder.FullName, "127.0.0.1", Ports.Free(), Ports.Free(), 80, 443);
        process = new HaproxyProcess(HaproxyBinary.Path(), Layout);
        Applier = new HaproxyApplier(
            process, new StateFiles(Layout, NullLogger<StateFiles>.Instance), Layout, TimeSpan.Zero, NullLogger<HaproxyApplier>.Instance);
    }

    public Layout Layout { get; }

    public HaproxyApplier Applier { get; }

    /// <summary>A model with nothing but a default certificate.</summary>
    public ProxyModel Empty { get; } = new() { DefaultCertificate = SelfSigned() };

    public HaproxyState Rendered(ProxyModel model) => Renderer.Render(model, Layout);

    public async Task<string> OutcomeAsync(string host, string target)
    {
        await using var client = new RawHttp(Layout.HttpPort);
        return (await client.GetAsync(host, target)).Outcome;
    }

    /// <summary>The process id of the worker. The master lists it a moment after it takes commands, and offers nothing to wait for.</summary>
    public async Task<int> WorkerPidAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        int? pid;
        while ((pid = await Controller.Proxy.MasterSocket.WorkerPidAsync(Layout.MasterSocket, limit.Token)) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }

        return pid.Value;
    }

    public async ValueTask DisposeAsync()
    {
        Applier.Dispose();
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static Certificate SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return CertificateReader.TryRead(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), out var problem)
            ?? throw new InvalidOperationException(problem);
    }
}
