using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Unit.Cluster;

/// <summary>A certificate authority for tests, and what it signs.</summary>
internal sealed class TestAuthority
{
    private readonly X509Certificate2 own;

    private TestAuthority(X509Certificate2 own) => this.own = own;

    public string Pem => own.ExportCertificatePem();

    public static TestAuthority Root(string name = "root")
    {
        var (request, key) = Request(name, isAuthority: true);
        using (key)
        {
            return new TestAuthority(request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9)));
        }
    }

    public TestAuthority Intermediate(string name) => new(Sign(name, isAuthority: true, _ => { }));

    /// <summary>A certificate of a server.</summary>
    public X509Certificate2 Server(params string[] names) => Sign(names[0], isAuthority: false, request =>
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
    });

    /// <summary>A certificate of a client, and its key, as PEM.</summary>
    public (string Chain, string Key) Client(string name)
    {
        using var certificate = Sign(name, isAuthority: false, request =>
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            alternatives.AddDnsName("localhost");
            request.CertificateExtensions.Add(alternatives.Build());
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        });
        using var key = certificate.GetECDsaPrivateKey()!;
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static (CertificateRequest Request, ECDsa Key) Request(string name, bool isAuthority)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, hasPathLengthConstraint: false, 0, critical: true));
        return (request, key);
    }

    private X509Certificate2 Sign(string name, bool isAuthority, Action<CertificateRequest> extend)
    {
        var (request, key) = Request(name, isAuthority);
        using (key)
        {
            extend(request);
            using var signed = request.Create(own, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(8), RandomNumberGenerator.GetBytes(8));
            return signed.CopyWithPrivateKey(key);
        }
    }
}
