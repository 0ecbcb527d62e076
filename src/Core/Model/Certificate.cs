using Sluice.Core.Values;

namespace Sluice.Core.Model;

/// <summary>A certificate chain with its private key, checked to belong together.</summary>
/// <param name="Fingerprint">SHA-256 of <paramref name="Pem"/> in lower-case hexadecimal digits: the certificate's identity.</param>
/// <param name="Pem">Chain and key as PEM, written by us from the parsed parts.</param>
/// <param name="KeyType">One host can be served by one certificate of each key type.</param>
/// <param name="Names">The DNS names that it is valid for.</param>
/// <param name="NotBefore">Start of validity.</param>
/// <param name="NotAfter">End of validity.</param>
public sealed record Certificate(
    string Fingerprint, Sensitive Pem, KeyType KeyType, EquatableArray<Hostname> Names, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    // Two certificates with the same content are the same: the fingerprint says it all.
    public bool Equals(Certificate? other) => other is not null && Fingerprint == other.Fingerprint;

    public override int GetHashCode() => Fingerprint.GetHashCode(StringComparison.Ordinal);
}

/// <summary>The kind of key in a certificate.</summary>
public enum KeyType
{
    Rsa,
    Ecdsa,
}

/// <summary>A certificate with the hosts it answers for, in order.</summary>
public sealed record ServedCertificate(Certificate Certificate, EquatableArray<Hostname> Hosts);
