using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>How pods prove over TLS who they are, and we to them.</summary>
public sealed record PodCredentials
{
    /// <summary>Whose certificates pods must have; null where they are not verified.</summary>
    public Authorities? Authorities { get; init; }

    /// <summary>The name that pods are asked for, and that their certificates must then have; null for none.</summary>
    public string? ServerName { get; init; }

    /// <summary>The name that their certificates must have where none is asked for; null for any.</summary>
    public string? VerifiedName { get; init; }

    /// <summary>What pods are shown; null for nothing.</summary>
    public Certificate? Shown { get; init; }
}

/// <summary>Certificates of authorities.</summary>
/// <param name="Fingerprint">SHA-256 of <paramref name="Pem"/> in lower-case hexadecimal digits.</param>
/// <param name="Pem">The certificates as PEM, written by us from the parsed parts.</param>
public sealed record Authorities(string Fingerprint, Sensitive Pem)
{
    // Those with the same content are the same: the fingerprint says it all.
    public bool Equals(Authorities? other) => other is not null && Fingerprint == other.Fingerprint;

    public override int GetHashCode() => Fingerprint.GetHashCode(StringComparison.Ordinal);
}
