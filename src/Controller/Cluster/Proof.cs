using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Controller.Cluster;

/// <summary>What we show to the API server once. It is no record: nothing may print what is in it.</summary>
public sealed class Proof
{
    /// <summary>The Authorization header; null for none.</summary>
    public AuthenticationHeaderValue? Header { get; init; }

    /// <summary>The certificate to show in a TLS handshake; null for none.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <exception cref="InvalidDataException">This cannot be a token; the message does not repeat it.</exception>
    public static AuthenticationHeaderValue Bearer(string token) => token.Trim() is var text && text.All(c => c is > ' ' and <= '~')
        ? new AuthenticationHeaderValue("Bearer", text)
        : throw new InvalidDataException("the token to show to the API server has characters that no token has");

    /// <summary>Reads a certificate, those that lead from it to an authority, and its key.</summary>
    /// <exception cref="InvalidDataException">They cannot be read, or do not fit each other.</exception>
    public static SslStreamCertificateContext Identity(string chainPem, string keyPem)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(chainPem);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(chainPem, keyPem), [.. chain.Skip(1)], offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException("the client certificate to show to the API server, or its key, cannot be used", e);
        }
    }
}
