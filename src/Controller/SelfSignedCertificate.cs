using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Core.Haproxy;
using Sluice.Core.Model;
using Sluice.Core.Translation;

namespace Sluice.Controller;

/// <summary>The certificate that answers where no other does and none was given: made at the first start, then kept.</summary>
internal static class SelfSignedCertificate
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(365 * 2);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    public static Certificate LoadOrCreate(Layout layout, DateTimeOffset now)
    {
        var file = $"{layout.StateDir}/self-signed.pem";
        if (File.Exists(file) && File.ReadAllText(file) is var text && CertificateReader.TryRead(text, text, out _) is { } kept
            && kept.NotAfter - now > RenewBefore)
        {
            return kept;
        }

        var pem = CreatePem(now);
        using (var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(pem);
        }

        return Read(pem);
    }

    /// <summary>One that is kept nowhere, for those who only look at what manifests mean.</summary>
    public static Certificate Create(DateTimeOffset now) => Read(CreatePem(now));

    private static Certificate Read(string pem) =>
        CertificateReader.TryRead(pem, pem, out var problem) ?? throw new InvalidOperationException(problem);

    private static string CreatePem(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sluice default certificate", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("sluice.invalid");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now + Validity);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
