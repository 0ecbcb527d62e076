using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sluice.Core.Values;

namespace Sluice.Core.Credentials;

/// <summary>
/// Which tokens (JWT, RFC 7519) are good: who signed them, and for whom. Its text is what the agent reads: a line that says what
/// it is, then a word and its values in each line.
/// </summary>
/// <param name="Algorithms">By which algorithms they may be signed.</param>
/// <param name="Issuer">Who must have issued them; empty for anybody.</param>
/// <param name="Audience">For whom they must be; empty for anybody.</param>
/// <param name="Claims">The claims that the request gets as headers.</param>
/// <param name="Keys">The keys.</param>
public sealed record TokenRules(EquatableArray<string> Algorithms, string Issuer, string Audience, EquatableArray<ClaimHeader> Claims, EquatableArray<TokenKey> Keys)
{
    private const string Head = "tokens 1";
    private const string Scheme = "bearer ";
    private const int LongestToken = 8192;

    // Clocks differ.
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    public string ToText() => string.Join('\n',
        [
            Head, .. Algorithms.Select(name => $"algorithm {name}"), $"issuer {Issuer}", $"audience {Audience}", .. Claims.Select(claim => $"claim {claim}"),
            .. Keys.Select(key => $"key {key.Kind} {Convert.ToBase64String(key.Material.Span)} {Convert.ToBase64String(Encoding.UTF8.GetBytes(key.Id))}"), "",
        ]);

    /// <summary>Reads what <see cref="ToText"/> wrote; null if it is something else.</summary>
    public static TokenRules? Parse(string text)
    {
        var lines = text.Split('\n');
        var values = lines.Skip(1).Select(line => line.Split(' ', 2)).Where(words => words.Length == 2).ToLookup(words => words[0], words => words[1], StringComparer.Ordinal);
        return lines[0] == Head && values["issuer"].FirstOrDefault() is { } issuer && values["audience"].FirstOrDefault() is { } audience
            ? new TokenRules(values["algorithm"].ToEquatableArray(), issuer, audience, values["claim"].Select(Claim).ToEquatableArray(), values["key"].Select(Key).ToEquatableArray())
            : null;
    }

    /// <summary>The claims of the token that an Authorization header brings; null if it brings none that is good at this time.</summary>
    public JsonElement? Accept(string header, DateTimeOffset now)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > LongestToken)
        {
            return null;
        }

        var token = header[Scheme.Length..].Trim();
        if (token.Split('.') is not [var head, var payload, var signature] || !Base64Url.IsValid(signature))
        {
            return null;
        }

        try
        {
            using var heading = JsonDocument.Parse(Base64Url.DecodeFromChars(head));
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return IsSigned(heading.RootElement, Encoding.Latin1.GetBytes($"{head}.{payload}"), Base64Url.DecodeFromChars(signature)) && AreGood(claims.RootElement, now)
                ? claims.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or CryptographicException)
        {
            return null;
        }
    }

    // The kind of the key decides, so that no public key is ever taken for a secret; "none" is no algorithm at all. What
    // a token says must be understood ("crit") is not.
    private bool IsSigned(JsonElement head, byte[] signed, byte[] signature)
    {
        var name = Text(head, "alg");
        var (known, kind, hash) = TokenKey.Algorithms.FirstOrDefault(algorithm => algorithm.Name == name);
        if (known is null || !Algorithms.Contains(known) || head.TryGetProperty("crit", out _))
        {
            return false;
        }

        var id = Text(head, "kid");
        return Keys.Any(key => key.Kind == kind && (id is null || key.Id.Length == 0 || key.Id == id) && key.HasSigned(signed, signature, hash));
    }

    private bool AreGood(JsonElement claims, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeMilliseconds() / 1000.0;
        return claims.TryGetProperty("exp", out var end) && seconds < end.GetDouble() + Leeway.TotalSeconds
            && (!claims.TryGetProperty("nbf", out var start) || seconds >= start.GetDouble() - Leeway.TotalSeconds)
            && (Issuer.Length == 0 || Text(claims, "iss") == Issuer)
            && (Audience.Length == 0 || (claims.TryGetProperty("aud", out var audience) && IsFor(audience)));
    }

    private bool IsFor(JsonElement audience) => audience.ValueKind == JsonValueKind.Array
        ? audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.GetString() == Audience)
        : audience.ValueKind == JsonValueKind.String && audience.GetString() == Audience;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ClaimHeader Claim(string line) => line.Split(' ') is [var claim, var header] ? new ClaimHeader(claim, header) : default;

    private static TokenKey Key(string line)
    {
        var words = line.Split(' ');
        return new TokenKey(Encoding.UTF8.GetString(Convert.FromBase64String(words[2])), Enum.Parse<TokenKeyKind>(words[0]), Convert.FromBase64String(words[1]));
    }
}
