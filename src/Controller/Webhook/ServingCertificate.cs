using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Core.Translation;

namespace Sluice.Controller.Webhook;

/// <summary>
/// The certificate that a server of ours shows, from two files that may be replaced at any time, as those of a mounted
/// Secret are. They are looked at again when a connection comes and a while has passed; a pair that is no good leaves the
/// former one in use.
/// </summary>
internal sealed class ServingCertificate
{
    private const int MostReadings = 4;

    private readonly WebhookSettings settings;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private SslStreamCertificateContext current;
    private Pair seen;
    private string lastProblem = "";
    private long lookedAt = TimeProvider.System.GetTimestamp();

    private ServingCertificate(WebhookSettings settings, Pair seen, ILogger log)
    {
        this.settings = settings;
        this.seen = seen;
        this.log = log;
        current = Load(seen);
    }

    /// <exception cref="InvalidDataException">The files cannot be read, or hold no certificate with its key.</exception>
    public static ServingCertificate Open(WebhookSettings settings, ILogger log)
    {
        try
        {
            return new ServingCertificate(settings, Read(settings), log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"The webhook's certificate cannot be read: {e.Message} Give files of PEM with --tls-cert and --tls-key, in a pod those of a mounted Secret.", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"--tls-cert {settings.CertificateFile}, --tls-key {settings.KeyFile}: {e.Message}.", e);
        }
    }

    /// <summary>What to show to a client that connects now.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (gate)
        {
            if (TimeProvider.System.GetElapsedTime(lookedAt) >= settings.LookAgain)
            {
                Look();
                lookedAt = TimeProvider.System.GetTimestamp();
            }

            return current;
        }
    }

    private void Look()
    {
        try
        {
            var next = Read(settings);
            if (next != seen)
            {
                seen = next;
                current = Load(next);
                log.CertificateRenewed(settings.CertificateFile);
            }

            lastProblem = "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // Once for each problem, not at each connection.
            if (e.Message != lastProblem)
            {
                log.CertificateNotRenewed(settings.CertificateFile, settings.KeyFile, e.Message);
            }

            lastProblem = e.Message;
        }
    }

    // Both files change together, but are read one after the other: until nothing has changed in between.
    private static Pair Read(WebhookSettings settings)
    {
        var pair = Once();
        for (var readings = 1; readings < MostReadings; readings++)
        {
            var again = Once();
            if (again == pair)
            {
                break;
            }

            pair = again;
        }

        return pair;

        Pair Once() => new(File.ReadAllText(settings.CertificateFile, Encoding.UTF8), File.ReadAllText(settings.KeyFile, Encoding.UTF8));
    }

    private static SslStreamCertificateContext Load(Pair pair)
    {
        if (CertificateReader.TryRead(pair.Chain, pair.Key, out var problem) is null)
        {
            throw new InvalidDataException(problem);
        }

        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pair.Chain);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(pair.Chain, pair.Key), chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private sealed record Pair(string Chain, string Key)
    {
        // The key must not get into a message.
        public override string ToString() => "(certificate and key)";
    }
}
