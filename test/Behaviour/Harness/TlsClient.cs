using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Behaviour.Harness;

/// <summary>What a TLS handshake came to.</summary>
public sealed record Handshake(string Thumbprint, SslProtocols Version, string Alpn, IReadOnlyList<string> Names)
{
    /// <summary>The certificate is the one of <paramref name="expected"/>.</summary>
    public bool Served(TestCertificate expected) => Thumbprint == expected.Thumbprint;
}

/// <summary>Makes TLS handshakes to see which certificate is served. It accepts all of them.</summary>
internal static class TlsClient
{
    /// <summary>Options that leave the server name to whoever uses them.</summary>
    public static SslClientAuthenticationOptions AnyHost() => new()
    {
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
    };

    public static SslClientAuthenticationOptions Options(string host)
    {
        var options = AnyHost();
        options.TargetHost = host;
        return options;
    }

    /// <summary>Makes a handshake that names <paramref name="host"/>; an empty one sends no server name.</summary>
    public static async Task<Handshake> HandshakeAsync(int port, string host, Action<SslClientAuthenticationOptions>? restrict = null)
    {
        var options = Options(host);
        restrict?.Invoke(options);
        await using var tls = new SslStream(await RawConnection.TcpAsync(port));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await tls.AuthenticateAsClientAsync(options, patience.Token);
        var sent = tls.RemoteCertificate ?? throw new InvalidOperationException("No certificate was sent.");
        using var certificate = new X509Certificate2(sent);
        return new Handshake(
            certificate.Thumbprint,
            tls.SslProtocol,
            tls.NegotiatedApplicationProtocol.ToString(),
            [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames())]);
    }
}
