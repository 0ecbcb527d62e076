using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sluice.Core.Values;

namespace Sluice.Core.Credentials;

/// <summary>Reads the keys of a Secret: a set of them (RFC 7517) under "jwks", or one under "key", a secret or a public key in PEM.</summary>
public static class TokenKeys
{
    private const string SetName = "jwks";
    private const string KeyName = "key";
    private const int MostKeys = 16;

    /// <param name="secret">What the Secret holds.</param>
    /// <param name="problems">What cannot be read, and is left out; nothing of a key stands there.</param>
    public static IReadOnlyList<TokenKey> Read(EquatableMap<Sensitive> secret, List<string> problems)
    {
        var keys = new List<TokenKey>();
        if (secret[SetName] is { } set)
        {
            AddSet(set.Reveal, keys, problems);
        }

        if (secret[KeyName] is { } key)
        {
            Add(Single(key.Reveal), $"key {KeyName}", "expected a public key in PEM (RSA of 2048 bits at least, or P-256, P-384, P-521), or a secret of 32 bytes at least", keys, problems);
        }

        if (secret[SetName] is null && secret[KeyName] is null)
        {
            problems.Add($"expected a key {SetName} or a key {KeyName}");
        }

        if (keys.Count > MostKeys)
        {
            problems.Add($"there are more than {MostKeys} keys, and the first count");
        }

        return [.. keys.Take(MostKeys)];
    }

    // What looks like a key of another kind is never a secret.
    private static TokenKey? Single(string text)
    {
        if (text.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return text.Contains("PRIVATE KEY", StringComparison.Ordinal) ? null : FromPem(text);
        }

        var bytes = Encoding.Latin1.GetBytes(text.TrimEnd('\r', '\n'));
        return bytes.Length >= TokenKey.LeastHmacBytes ? new TokenKey("", TokenKeyKind.Hmac, bytes) : null;
    }

    private static TokenKey? FromPem(string text)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(text);
            return TokenKey.Public("", rsa);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // It may be one of another kind.
        }

        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportFromPem(text);
            return TokenKey.Public("", ecdsa);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static void AddSet(string text, List<TokenKey> keys, List<string> problems)
    {
        try
        {
            // The bytes of the Secret are UTF-8.
            using var document = JsonDocument.Parse(Encoding.Latin1.GetBytes(text));
            var members = document.RootElement.GetProperty("keys").EnumerateArray().ToList();
            for (var index = 0; index < members.Count; index++)
            {
                Add(FromJson(members[index]), $"key {SetName}, keys[{index}]", "expected a key for signatures: RSA of 2048 bits at least, P-256, P-384, P-521, or oct of 32 bytes at least", keys, problems);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            problems.Add($"key {SetName}: expected a set of keys as RFC 7517 has it");
        }
    }

    private static TokenKey? FromJson(JsonElement json)
    {
        var id = Text(json, "kid") ?? "";
        if (Text(json, "use") is { } use && use != "sig")
        {
            return null;
        }

        try
        {
            switch (Text(json, "kty"))
            {
                case "oct":
                    return Bytes(json, "k") is { } secret && secret.Length >= TokenKey.LeastHmacBytes ? new TokenKey(id, TokenKeyKind.Hmac, secret) : null;
                case "RSA":
                    using (var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(json, "n"), Exponent = Bytes(json, "e") }))
                    {
                        return TokenKey.Public(id, rsa);
                    }

                case "EC" when Curve(Text(json, "crv")) is { } curve:
                    using (var ecdsa = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Bytes(json, "x"), Y = Bytes(json, "y") } }))
                    {
                        return TokenKey.Public(id, ecdsa);
                    }

                default:
                    return null;
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static ECCurve? Curve(string? name) => name switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        "P-521" => ECCurve.NamedCurves.nistP521,
        _ => null,
    };

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Bytes(JsonElement json, string name) =>
        Text(json, name) is { } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private static void Add(TokenKey? key, string place, string expected, List<TokenKey> keys, List<string> problems)
    {
        if (key is null)
        {
            problems.Add($"{place}: {expected}");
        }
        else
        {
            keys.Add(key);
        }
    }
}
