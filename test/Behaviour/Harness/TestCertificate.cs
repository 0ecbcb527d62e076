using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Behaviour.Harness;

/// <summary>A self-signed certificate with its key, as the two texts of a Secret.</summary>
public sealed record TestCertificate(string Certificate, string Key, string Thumbprint)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public static TestCertificate Ecdsa(params IReadOnlyList<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(names), key, HashAlgorithmName.SHA256);
        return Sign(request, names, key, DateTimeOffset.UtcNow + Lifetime);
    }

    public static TestCertificate Rsa(params IReadOnlyList<string> names)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(Subject(names), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Sign(request, names, key, DateTimeOffset.UtcNow + Lifetime);
    }

    /// <summary>One whose time ended yesterday.</summary>
    public static TestCertificate Expired(params IReadOnlyList<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(names), key, HashAlgorithmName.SHA256);
        return Sign(request, names, key, DateTimeOffset.UtcNow - TimeSpan.FromDays(1));
    }

    private static string Subject(IReadOnlyList<string> names) => $"CN={names[0]}";

    private static TestCertificate Sign(
        CertificateRequest request, IReadOnlyList<string> names, AsymmetricAlgorithm key, DateTimeOffset end)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = request.CreateSelfSigned(end - (2 * Lifetime), end);
        return new TestCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), certificate.Thumbprint);
    }
}
