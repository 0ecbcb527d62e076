using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>What a Secret holds: a certificate, or what is wrong with it; and the last one it held that was good.</summary>
internal sealed record CertificateReading(SecretResource? Secret, Certificate? Certificate, string Problem, Certificate? LastGood);

/// <summary>Reads PEM text into a certificate with its key; chain and key are written anew, so nothing else of the text is used.</summary>
public static class CertificateReader
{
    // OpenSSL at its security level 2 refuses less anywhere in a chain, and then HAProxy refuses all of its configuration.
    private const int LeastRsaBits = 2048;
    private const int LeastEcdsaBits = 224;

    /// <summary>Reads a chain (leaf first) and its private key. On failure <paramref name="problem"/> says why, without their content.</summary>
    public static Certificate? TryRead(string chainPem, string keyPem, out string problem)
    {
        problem = "";
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(chainPem);
            if (chain.Count == 0)
            {
                problem = "tls.crt holds no PEM certificate";
                return null;
            }

            if (chain.Any(IsTooWeak))
            {
                problem = $"tls.crt holds a certificate with a key shorter than {LeastRsaBits} (RSA) or {LeastEcdsaBits} bits (ECDSA)";
                return null;
            }

            return Read(chain, keyPem, out problem);
        }
        catch (CryptographicException)
        {
            problem = "tls.crt is not a readable PEM certificate";
            return null;
        }
    }

    private static Certificate? Read(X509Certificate2Collection chain, string keyPem, out string problem)
    {
        var leaf = chain[0];
        try
        {
            using var rsa = leaf.GetRSAPublicKey();
            using var ecdsa = leaf.GetECDsaPublicKey();
            if (rsa is null && ecdsa is null)
            {
                problem = "the certificate's key is neither RSA nor ECDSA";
                return null;
            }

            var key = rsa is not null ? RsaKey(leaf, keyPem) : EcdsaKey(leaf, keyPem);
            problem = "";
            var pem = new StringBuilder();
            foreach (var certificate in chain)
            {
                pem.Append(certificate.ExportCertificatePem()).Append('\n');
            }

            var text = pem.Append(key).Append('\n').ToString();
            return new Certificate(
                Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text))), new Sensitive(text),
                rsa is not null ? KeyType.Rsa : KeyType.Ecdsa, Names(leaf), new DateTimeOffset(leaf.NotBefore), new DateTimeOffset(leaf.NotAfter));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or InvalidOperationException)
        {
            problem = "tls.key is not a readable, unencrypted PEM key that belongs to the certificate";
            return null;
        }
    }

    private static bool IsTooWeak(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        using var ecdsa = certificate.GetECDsaPublicKey();
        return rsa?.KeySize < LeastRsaBits || ecdsa?.KeySize < LeastEcdsaBits;
    }

    private static string RsaKey(X509Certificate2 leaf, string keyPem)
    {
        using var key = RSA.Create();
        key.ImportFromPem(keyPem);
        using var joined = leaf.CopyWithPrivateKey(key);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string EcdsaKey(X509Certificate2 leaf, string keyPem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(keyPem);
        using var joined = leaf.CopyWithPrivateKey(key);
        return key.ExportPkcs8PrivateKeyPem();
    }

    // RFC 6125 section 6.4.4: the subject's common name counts only where there is no alternative name.
    private static EquatableArray<Hostname> Names(X509Certificate2 leaf)
    {
        var alternative = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        IEnumerable<string> names = alternative?.EnumerateDnsNames() ?? [leaf.GetNameInfo(X509NameType.DnsName, forIssuer: false)];
        var hosts = new List<Hostname>();
        foreach (var name in names)
        {
            if (Hostname.TryParse(name, out var host) && !host.IsAddress)
            {
                hosts.Add(host);
            }
        }

        return hosts.Distinct().Order().ToEquatableArray();
    }
}
