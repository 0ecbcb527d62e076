using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Controller.Cluster;

/// <summary>Whether the one who answers is the API server.</summary>
internal static class ServerCheck
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <exception cref="AuthenticationException">It is not; the message says why.</exception>
    public static bool IsServer(ApiEndpoint endpoint, X509Certificate2? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (endpoint.SkipsVerification || (endpoint.Authorities is null && errors == SslPolicyErrors.None))
        {
            return true;
        }

        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            throw new AuthenticationException($"the certificate of the API server is not for {endpoint.TlsName ?? endpoint.Server.Host}");
        }

        // The authorities may have been replaced since they were read.
        return endpoint.Authorities is { } authorities
            && (LeadsTo(authorities(false), certificate, sent) || LeadsTo(authorities(true), certificate, sent))
            ? true
            : throw new AuthenticationException("the certificate of the API server does not lead to an authority that is trusted, or has expired");
    }

    private static bool LeadsTo(byte[] authorities, X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        try
        {
            chain.ChainPolicy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(authorities));
        }
        catch (CryptographicException e)
        {
            throw new AuthenticationException("the certificates of the authorities to trust cannot be read", e);
        }

        return chain.Build(certificate);
    }
}
