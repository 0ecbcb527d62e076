using System.Net.Http.Headers;
using System.Text;

namespace Sluice.Controller.Cluster;

/// <summary>Who we are to the API server.</summary>
public abstract class Credentials
{
    /// <summary>What to show to it. The same object as before if nothing changed.</summary>
    /// <param name="refused">What it did not accept just now; null if nothing was refused.</param>
    /// <param name="stop">Gives up.</param>
    public abstract ValueTask<Proof> ProveAsync(Proof? refused, CancellationToken stop);

    /// <summary>Nobody.</summary>
    public sealed class None : Credentials
    {
        private readonly Proof proof = new();

        public override ValueTask<Proof> ProveAsync(Proof? refused, CancellationToken stop) => new(proof);
    }

    /// <summary>A token that never changes.</summary>
    public sealed class Token(string token) : Credentials
    {
        private readonly Proof proof = new() { Header = Proof.Bearer(token) };

        public override ValueTask<Proof> ProveAsync(Proof? refused, CancellationToken stop) => new(proof);
    }

    /// <summary>A user name with a password (RFC 7617).</summary>
    public sealed class Basic(string user, string password) : Credentials
    {
        private readonly Proof proof = new()
        {
            Header = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))),
        };

        public override ValueTask<Proof> ProveAsync(Proof? refused, CancellationToken stop) => new(proof);
    }

    /// <summary>A token in a file, which is read again.</summary>
    public sealed class TokenFile(FreshFile file) : Credentials
    {
        private readonly Lock gate = new();
        private (byte[] Content, Proof Proof)? last;

        public override ValueTask<Proof> ProveAsync(Proof? refused, CancellationToken stop)
        {
            lock (gate)
            {
                var content = file.Read(isStale: refused is not null && refused == last?.Proof);
                if (last?.Content != content)
                {
                    last = (content, new Proof { Header = Proof.Bearer(Encoding.UTF8.GetString(content)) });
                }

                return new(last!.Value.Proof);
            }
        }
    }

    /// <summary>A client certificate with its key as PEM, which are read again.</summary>
    /// <param name="chain">Gives the certificate; true asks to look again.</param>
    /// <param name="key">Gives its key.</param>
    public sealed class ClientCertificate(Func<bool, byte[]> chain, Func<bool, byte[]> key) : Credentials
    {
        private readonly Lock gate = new();
        private (byte[] Chain, byte[] Key, Proof Proof)? last;

        public override ValueTask<Proof> ProveAsync(Proof? refused, CancellationToken stop)
        {
            lock (gate)
            {
                var isStale = refused is not null && refused == last?.Proof;
                var (pem, keyPem) = (chain(isStale), key(isStale));
                if (last?.Chain != pem || last?.Key != keyPem)
                {
                    last = Next(pem, keyPem);
                }

                return new(last!.Value.Proof);
            }
        }

        // Between the writing of one file and of the other they do not fit: the former ones serve on.
        private (byte[] Chain, byte[] Key, Proof Proof) Next(byte[] pem, byte[] keyPem)
        {
            try
            {
                return (pem, keyPem, new Proof { Certificate = Proof.Identity(Encoding.ASCII.GetString(pem), Encoding.ASCII.GetString(keyPem)) });
            }
            catch (InvalidDataException) when (last is not null)
            {
                return last.Value;
            }
        }
    }
}
