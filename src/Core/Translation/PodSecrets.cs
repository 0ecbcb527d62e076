using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>What Secrets hold for TLS to pods: each is read once, however many objects name it.</summary>
internal sealed class PodSecrets(Table<NamespacedName, SecretResource> secrets)
{
    // HAProxy takes about 12 kB at run time.
    private const int LargestShown = 10_000;

    private readonly Dictionary<NamespacedName, SecretContent<Authorities>> authorities = [];
    private readonly Dictionary<NamespacedName, SecretContent<Certificate>> certificates = [];

    /// <summary>The Secrets that there are.</summary>
    public Table<NamespacedName, SecretResource> Source => secrets;

    /// <summary>Certificates of authorities.</summary>
    public SecretContent<Authorities> Authorities(NamespacedName name) => authorities.TryGetValue(name, out var known) ? known : authorities[name] = ReadAuthorities(name);

    /// <summary>A certificate with its key.</summary>
    public SecretContent<Certificate> Certificate(NamespacedName name) => certificates.TryGetValue(name, out var known) ? known : certificates[name] = ReadCertificate(name);

    private SecretContent<Authorities> ReadAuthorities(NamespacedName name)
    {
        var data = secrets.GetValueOrDefault(name)?.Data;
        var key = data?["ca.crt"] is null ? "tls.crt" : "ca.crt";
        return data is null ? new(null, FindingCode.SecretNotFound, "it does not exist")
            : data.Value[key] is not { } pem ? new(null, FindingCode.InvalidCertificate, "it has neither ca.crt nor tls.crt")
            : new(AuthorityReader.TryRead(pem.Reveal, key, out var problem), FindingCode.InvalidCertificate, problem);
    }

    private SecretContent<Certificate> ReadCertificate(NamespacedName name)
    {
        var data = secrets.GetValueOrDefault(name)?.Data;
        if (data is null)
        {
            return new(null, FindingCode.SecretNotFound, "it does not exist");
        }

        if (data.Value["tls.crt"] is not { } chain || data.Value["tls.key"] is not { } key)
        {
            return new(null, FindingCode.InvalidCertificate, "it lacks tls.crt or tls.key");
        }

        var certificate = CertificateReader.TryRead(chain.Reveal, key.Reveal, out var problem);
        return certificate?.Pem.Length > LargestShown
            ? new(null, FindingCode.InvalidCertificate, $"chain and key are larger than {LargestShown} bytes")
            : new(certificate, FindingCode.InvalidCertificate, problem);
    }
}

/// <summary>What a Secret holds; null with what is wrong with it.</summary>
internal sealed record SecretContent<T>(T? Content, FindingCode Code, string Problem)
    where T : class;
