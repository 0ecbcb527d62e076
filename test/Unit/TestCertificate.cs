using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Core.Model;
using Sluice.Core.Translation;

namespace Sluice.Unit;

/// <summary>A certificate made for tests, as PEM.</summary>
internal sealed record TestCertificate(string Chain, string Key)
{
    public static readonly DateTimeOffset Expiry = Make.Now.AddDays(100);

    /// <summary>What answers where nothing else does.</summary>
    public static Certificate SelfSigned { get; } = For("sluice.invalid").Read();

    public static TestCertificate Shop { get; } = For("shop.example.com");

    public static TestCertificate OtherShop { get; } = For("shop.example.com");

    public static TestCertificate Wildcard { get; } = For("*.example.com");

    /// <summary>RSA, which is slow to make: made once.</summary>
    public static TestCertificate RsaShop { get; } = Rsa(2048, "shop.example.com");

    /// <summary>An ECDSA certificate that is valid from a day before now until <see cref="Expiry"/>.</summary>
    public static TestCertificate For(params string[] names) => Valid(Make.Now.AddDays(-1), Expiry, names);

    public static TestCertificate Valid(DateTimeOffset from, DateTimeOffset to, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Signed(new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256), key, from, to, names);
    }

    public static TestCertificate Rsa(int bits, params string[] names)
    {
        using var key = RSA.Create(bits);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Signed(request, key, Make.Now.AddDays(-1), Expiry, names);
    }

    public Certificate Read() => CertificateReader.TryRead(Chain, Key, out var problem) ?? throw new InvalidOperationException(problem);

    private static TestCertificate Signed(CertificateRequest request, AsymmetricAlgorithm key, DateTimeOffset from, DateTimeOffset to, string[] names)
    {
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternative.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternative.Build());
        using var certificate = request.CreateSelfSigned(from, to);
        return new TestCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
