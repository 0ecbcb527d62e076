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

    /// <summary>One that HAProxy refuses, though its own key is good: it comes with an authority whose key is too small.</summary>
    public static TestCertificate Refused(params IReadOnlyList<string> names)
    {
        var own = Ecdsa(names);
        return own with { Certificate = $"{own.Certificate}\n{OldAuthority.Certificate}" };
    }

    /// <summary>One whose time ended yesterday.</summary>
    public static TestCertificate Expired(params IReadOnlyList<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(names), key, HashAlgorithmName.SHA256);
        return Sign(request, names, key, DateTimeOffset.UtcNow - TimeSpan.FromDays(1));
    }

    /// <summary>One of an authority, for servers and clients.</summary>
    public static TestCertificate IssuedBy(TestCertificate authority, params IReadOnlyList<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuer = X509Certificate2.CreateFromPem(authority.Certificate, authority.Key);
        var request = new CertificateRequest(Subject(names), key, HashAlgorithmName.SHA256);
        AddNames(request, names);
        using var certificate = request.Create(issuer, new DateTimeOffset(issuer.NotBefore), new DateTimeOffset(issuer.NotAfter), RandomNumberGenerator.GetBytes(8));
        return new TestCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), certificate.Thumbprint);
    }

    /// <summary>An authority.</summary>
    public static TestCertificate Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject([name]), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        return Sign(request, [name], key, DateTimeOffset.UtcNow + Lifetime);
    }

    /// <summary>For a server in this process.</summary>
    public X509Certificate2 Load()
    {
        using var loaded = X509Certificate2.CreateFromPem(Certificate, Key);
        return X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), null);
    }

    private static string Subject(IReadOnlyList<string> names) => $"CN={names[0]}";

    private static TestCertificate Sign(
        CertificateRequest request, IReadOnlyList<string> names, AsymmetricAlgorithm key, DateTimeOffset end)
    {
        AddNames(request, names);
        using var certificate = request.CreateSelfSigned(end - (2 * Lifetime), end);
        return new TestCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), certificate.Thumbprint);
    }

    private static void AddNames(CertificateRequest request, IReadOnlyList<string> names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
    }
}
