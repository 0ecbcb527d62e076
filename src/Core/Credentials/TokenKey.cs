using System.Security.Cryptography;

namespace Sluice.Core.Credentials;

/// <summary>What a key is, which alone decides by which algorithms it may be used.</summary>
public enum TokenKeyKind
{
    /// <summary>A secret that both sides have.</summary>
    Hmac,
    Rsa,
    EcP256,
    EcP384,
    EcP521,
}

/// <summary>A key that tokens are signed with, as far as it is needed to check them. It prints as its kind alone.</summary>
/// <param name="Id">What tokens call it; empty for nothing.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Material">The secret, or the public key (SubjectPublicKeyInfo).</param>
public sealed record TokenKey(string Id, TokenKeyKind Kind, ReadOnlyMemory<byte> Material)
{
    /// <summary>As RFC 7518 asks for with HS256 (section 3.2) and RS256 (section 3.3).</summary>
    public const int LeastHmacBytes = 32;

    public const int LeastRsaBits = 2048;

    /// <summary>The algorithms that there are, with the kind of key that each takes and its hash.</summary>
    public static IReadOnlyList<(string Name, TokenKeyKind Kind, HashAlgorithmName Hash)> Algorithms { get; } =
    [
        ("HS256", TokenKeyKind.Hmac, HashAlgorithmName.SHA256), ("HS384", TokenKeyKind.Hmac, HashAlgorithmName.SHA384), ("HS512", TokenKeyKind.Hmac, HashAlgorithmName.SHA512),
        ("RS256", TokenKeyKind.Rsa, HashAlgorithmName.SHA256), ("RS384", TokenKeyKind.Rsa, HashAlgorithmName.SHA384), ("RS512", TokenKeyKind.Rsa, HashAlgorithmName.SHA512),
        ("ES256", TokenKeyKind.EcP256, HashAlgorithmName.SHA256), ("ES384", TokenKeyKind.EcP384, HashAlgorithmName.SHA384), ("ES512", TokenKeyKind.EcP521, HashAlgorithmName.SHA512),
    ];

    /// <summary>A public key; null if it is none that can be used.</summary>
    public static TokenKey? Public(string id, RSA key) =>
        key.KeySize >= LeastRsaBits ? new TokenKey(id, TokenKeyKind.Rsa, key.ExportSubjectPublicKeyInfo()) : null;

    /// <summary>A public key; null if it is none that can be used.</summary>
    public static TokenKey? Public(string id, ECDsa key) => key.ExportParameters(includePrivateParameters: false).Curve.Oid.FriendlyName switch
    {
        "nistP256" or "ECDSA_P256" => new TokenKey(id, TokenKeyKind.EcP256, key.ExportSubjectPublicKeyInfo()),
        "nistP384" or "ECDSA_P384" => new TokenKey(id, TokenKeyKind.EcP384, key.ExportSubjectPublicKeyInfo()),
        "nistP521" or "ECDSA_P521" => new TokenKey(id, TokenKeyKind.EcP521, key.ExportSubjectPublicKeyInfo()),
        _ => null,
    };

    /// <summary>Whether it has signed these bytes. A secret is compared in the same time whatever is wrong.</summary>
    public bool HasSigned(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        switch (Kind)
        {
            case TokenKeyKind.Hmac:
                return CryptographicOperations.FixedTimeEquals(CryptographicOperations.HmacData(hash, Material.Span, signed), signature);
            case TokenKeyKind.Rsa:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportSubjectPublicKeyInfo(Material.Span, out _);
                    return rsa.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1);
                }

            default:
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportSubjectPublicKeyInfo(Material.Span, out _);
                    return ecdsa.VerifyData(signed, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
                }
        }
    }

    public override string ToString() => Kind.ToString();
}
