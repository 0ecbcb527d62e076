using System.Security.Cryptography;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>SHA-1 of a certificate, by which HAProxy shows it. It tells certificates apart and protects nothing.</summary>
internal static class CertificateFingerprint
{
    /// <summary>Of the first certificate in a PEM, in upper-case hexadecimal digits; empty if there is none.</summary>
    public static string OfLeaf(Sensitive pem) => OfAll(pem).FirstOrDefault("");

    /// <summary>Of all certificates in a PEM, in upper-case hexadecimal digits.</summary>
    public static IEnumerable<string> OfAll(Sensitive pem)
    {
        var rest = pem.Reveal.AsMemory();
        while (PemEncoding.TryFind(rest.Span, out var fields))
        {
            if (rest.Span[fields.Label] is "CERTIFICATE")
            {
#pragma warning disable CA5350 // HAProxy shows nothing else
                yield return Convert.ToHexString(SHA1.HashData(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
#pragma warning restore CA5350
            }

            rest = rest[fields.Location.End..];
        }
    }
}
