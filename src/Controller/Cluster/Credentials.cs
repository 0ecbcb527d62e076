using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Controller.Cluster;

/// <summary>Who we are to the API server: what goes into the Authorization header, and a client certificate.</summary>
public abstract class Credentials
{
    /// <summary>The Authorization header; null for none.</summary>
    /// <param name="isStale">True if the last one was refused.</param>
    /// <param name="stop">Gives up.</param>
    public virtual ValueTask<AuthenticationHeaderValue?> HeaderAsync(bool isStale, CancellationToken stop) => default;

    /// <summary>The certificate to show in a TLS handshake; null for none.</summary>
    public virtual X509Certificate2? Certificate => null;

    protected static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token.Trim());

    /// <summary>Nobody.</summary>
    public sealed class None : Credentials;

    /// <summary>A token that never changes.</summary>
    public sealed class Token(string token) : Credentials
    {
        public override ValueTask<AuthenticationHeaderValue?> HeaderAsync(bool isStale, CancellationToken stop) => new(Bearer(token));
    }

    /// <summary>A token in a file, which is read again.</summary>
    public sealed class TokenFile(FreshFile file) : Credentials
    {
        public override ValueTask<AuthenticationHeaderValue?> HeaderAsync(bool isStale, CancellationToken stop) =>
            new(Bearer(Encoding.UTF8.GetString(file.Read(isStale))));
    }

    /// <summary>A user name with a password (RFC 7617).</summary>
    public sealed class Basic(string user, string password) : Credentials
    {
        public override ValueTask<AuthenticationHeaderValue?> HeaderAsync(bool isStale, CancellationToken stop) =>
            new(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))));
    }

    /// <summary>A client certificate with its key as PEM, which are read again.</summary>
    public sealed class ClientCertificate(Func<byte[]> chain, Func<byte[]> key) : Credentials
    {
        private readonly Lock gate = new();
        private (byte[] Chain, byte[] Key, X509Certificate2 Certificate)? last;

        public override X509Certificate2 Certificate
        {
            get
            {
                lock (gate)
                {
                    var (pem, keyPem) = (chain(), key());
                    if (last is not { } known || !ReferenceEquals(known.Chain, pem) || !ReferenceEquals(known.Key, keyPem))
                    {
                        last = (pem, keyPem, X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(pem), Encoding.ASCII.GetString(keyPem)));
                    }

                    return last.Value.Certificate;
                }
            }
        }
    }
}
