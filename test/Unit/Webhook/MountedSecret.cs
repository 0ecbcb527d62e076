using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Sluice.Unit.Cluster;
using Xunit;

namespace Sluice.Unit.Webhook;

/// <summary>A folder that changes as Kubernetes changes a mounted Secret: all files at once, by a link that leads elsewhere.</summary>
internal sealed class MountedSecret : IDisposable
{
    private readonly TestFolder folder = new();
    private int version;

    public string Certificate => folder["tls.crt"];

    public string Key => folder["tls.key"];

    public void Put(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        Put(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Put(string certificate, string key)
    {
        var next = $"..{++version}";
        folder.Write(Path.Join(next, "tls.crt"), certificate);
        folder.Write(Path.Join(next, "tls.key"), key);
        File.CreateSymbolicLink(folder["..data_tmp"], next);
        using var move = Process.Start("mv", ["-T", folder["..data_tmp"], folder["..data"]]);
        move.WaitForExit();
        Assert.Equal(0, move.ExitCode);
        if (version == 1)
        {
            File.CreateSymbolicLink(Certificate, Path.Join("..data", "tls.crt"));
            File.CreateSymbolicLink(Key, Path.Join("..data", "tls.key"));
        }
    }

    public void Dispose() => folder.Dispose();
}
