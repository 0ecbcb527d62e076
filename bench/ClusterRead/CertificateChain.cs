using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Bench.ClusterRead;

/// <summary>A certificate with the one of its authority behind it, and its key, as a Secret holds them: PEM in base64.</summary>
internal sealed record CertificateChain(byte[] Chain, byte[] Key)
{
    private const int KeySize = 2048;

    /// <summary>A few, of the usual size: RSA takes its time.</summary>
    public static IReadOnlyList<CertificateChain> CreateSome()
    {
        using var authorityKey = RSA.Create(KeySize);
        var request = Request("CN=R10, O=Example Authority, C=US", authorityKey, X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1_000));
        return [.. Enumerable.Range(0, 4).Select(number => Create(number, authority))];
    }

    private static CertificateChain Create(int number, X509Certificate2 authority)
    {
        using var key = RSA.Create(KeySize);
        var request = Request($"CN=shop-{number}.example.com", key, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("*.example.com");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(90), RandomNumberGenerator.GetBytes(16));
        return new CertificateChain(
            Base64($"{certificate.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n"), Base64(key.ExportRSAPrivateKeyPem() + "\n"));
    }

    private static CertificateRequest Request(string subject, RSA key, X509KeyUsageFlags usage)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        return request;
    }

    private static byte[] Base64(string text) => Encoding.ASCII.GetBytes(BenchCertificate.Base64(text));
}
