using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>Reads PEM text into certificates of authorities; they are written anew, so nothing else of the text is used.</summary>
public static class AuthorityReader
{
    private const int Most = 500;

    /// <summary>Reads them. On failure <paramref name="problem"/> says why.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="key">Where it stands, as problems name it.</param>
    /// <param name="problem">What is wrong; empty if nothing is.</param>
    public static Authorities? TryRead(string pem, string key, out string problem)
    {
        problem = "";
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            if (certificates.Count is 0 or > Most)
            {
                problem = certificates.Count == 0 ? $"{key} holds no PEM certificate" : $"{key} holds more than {Most} certificates";
                return null;
            }

            var text = string.Concat(certificates.Select(certificate => certificate.ExportCertificatePem() + "\n"));
            return new Authorities(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text))), new Sensitive(text));
        }
        catch (CryptographicException)
        {
            problem = $"{key} is not readable as PEM certificates";
            return null;
        }
    }
}
