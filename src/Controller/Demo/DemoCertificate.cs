using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Controller.Demo;

/// <summary>The Secret of the demo's TLS host, made here so that no private key lies in the repository.</summary>
internal static class DemoCertificate
{
    private const string FirstLine = "# Made by the demo.";

    /// <summary>Writes the manifest, if there is none or it is older than a week.</summary>
    public static void Write(string path)
    {
        if (File.Exists(path) && !File.ReadLines(path).FirstOrDefault("").StartsWith(FirstLine, StringComparison.Ordinal))
        {
            throw new IOException($"{path} is not the demo's own. Move it away, or give another folder with --manifests.");
        }

        if (File.Exists(path) && DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < TimeSpan.FromDays(7))
        {
            return;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=secure.localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("secure.localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(path, "");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, $"""
            {FirstLine} Delete it to get a new one.
            apiVersion: v1
            kind: Secret
            metadata:
              name: secure-tls
              namespace: demo
            type: kubernetes.io/tls
            data:
              tls.crt: {Base64(certificate.ExportCertificatePem())}
              tls.key: {Base64(key.ExportPkcs8PrivateKeyPem())}

            """);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
