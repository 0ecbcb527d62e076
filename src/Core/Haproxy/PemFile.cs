using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>
/// A file that servers name for TLS: certificates of authorities, or a certificate with its key. Its name is made from its
/// content, so it never changes: HAProxy does not give another content to servers that it has.
/// </summary>
public sealed record PemFile(string Name, Sensitive Pem)
{
    private const int FingerprintInName = 24;
    private const string AuthoritiesBeginning = "ca-";

    /// <summary>Whether it holds authorities.</summary>
    public bool IsOfAuthorities => AreAuthorities(Name);

    public bool Equals(PemFile? other) => other is not null && other.Name == Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>Whether a file with this name holds authorities.</summary>
    public static bool AreAuthorities(string name) => name.StartsWith(AuthoritiesBeginning, StringComparison.Ordinal);

    public static PemFile Of(Authorities authorities) => new($"{AuthoritiesBeginning}{authorities.Fingerprint[..FingerprintInName]}", authorities.Pem);

    public static PemFile Of(Certificate certificate) => new($"crt-{certificate.Fingerprint[..FingerprintInName]}", certificate.Pem);

    /// <summary>Those that a policy needs.</summary>
    public static IEnumerable<PemFile> Of(BackendPolicy policy)
    {
        var files = new[] { policy.Credentials?.Authorities is { } ca ? Of(ca) : null, policy.Credentials?.Shown is { } shown ? Of(shown) : null };
        return files.OfType<PemFile>();
    }
}

/// <summary>A file, and how many backends name it.</summary>
public sealed record UsedPemFile(PemFile File, int Uses);
