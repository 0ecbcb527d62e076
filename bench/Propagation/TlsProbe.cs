using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Bench.Propagation;

/// <summary>Asks which certificate answers for a host: each time by a new connection and a full handshake.</summary>
internal sealed class TlsProbe(int port)
{
    /// <summary>The serial number of the certificate.</summary>
    public string Ask(string host)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port) { NoDelay = true };
            var shown = "";
            using var tls = new SslStream(client.GetStream());
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    shown = ((X509Certificate2)certificate!).SerialNumber;
                    return shown.Length > 0;
                },
            });
            return shown;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException)
        {
            return $"no handshake: {e.Message}";
        }
    }
}
