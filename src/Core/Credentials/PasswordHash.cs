using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Core.Credentials;

/// <summary>How a password is hashed.</summary>
public enum HashKind
{
    Bcrypt,
    Sha256Crypt,
    Sha512Crypt,
    Md5Crypt,
    Apr1,
    Sha1,
    DesCrypt,
}

/// <summary>A hash of a password, as crypt(3) and htpasswd write them. It prints as its kind alone.</summary>
public sealed partial class PasswordHash
{
    /// <summary>More would take a second and more of a processor for each request that brings a wrong password.</summary>
    public const int MostBcryptCost = 14;

    public const int MostRounds = 500_000;

    private readonly string salt;
    private readonly int rounds;
    private readonly byte[] expected;

    private PasswordHash(HashKind kind, string text, string salt = "", int rounds = 0, string expected = "")
    {
        (Kind, Text, this.salt, this.rounds) = (kind, text, salt, rounds);
        this.expected = Encoding.ASCII.GetBytes(expected);
    }

    public HashKind Kind { get; }

    /// <summary>The whole of it.</summary>
    public string Text { get; }

    /// <summary>Reads a hash; null if it is none, with what is wrong, which holds nothing of it.</summary>
    public static PasswordHash? TryParse(string text, out string problem)
    {
        problem = "it is no hash that is known: $2y$ (bcrypt), $5$ and $6$ (SHA-crypt), $apr1$ and $1$ (MD5-crypt), {SHA}, 13 characters (DES-crypt); passwords themselves are not taken";
        if (Bcrypt().Match(text) is { Success: true } bcrypt)
        {
            problem = $"bcrypt of a cost above {MostBcryptCost} takes too long";
            return int.Parse(bcrypt.Groups["cost"].ValueSpan, CultureInfo.InvariantCulture) <= MostBcryptCost ? new PasswordHash(HashKind.Bcrypt, text) : null;
        }

        if (Sha().Match(text) is { Success: true } sha)
        {
            var rounds = sha.Groups["rounds"].Success ? int.Parse(sha.Groups["rounds"].ValueSpan, CultureInfo.InvariantCulture) : ShaCrypt.UsualRounds;
            problem = $"SHA-crypt of fewer than 1000 or more than {MostRounds} rounds is not taken";
            var kind = text[1] == '5' ? HashKind.Sha256Crypt : HashKind.Sha512Crypt;
            return rounds is >= 1000 and <= MostRounds ? new PasswordHash(kind, text, sha.Groups["salt"].Value, rounds, sha.Groups["hash"].Value) : null;
        }

        if (Md5().Match(text) is { Success: true } md5)
        {
            return new PasswordHash(text[1] == '1' ? HashKind.Md5Crypt : HashKind.Apr1, text, md5.Groups["salt"].Value, expected: md5.Groups["hash"].Value);
        }

        if (Des().IsMatch(text))
        {
            return new PasswordHash(HashKind.DesCrypt, text, text[..2], expected: text[2..]);
        }

        return Sha1().IsMatch(text) ? new PasswordHash(HashKind.Sha1, text, expected: text["{SHA}".Length..]) : null;
    }

    /// <summary>Whether it is the hash of a password. Those of bcrypt are not computed here.</summary>
    public bool Matches(ReadOnlySpan<byte> password)
    {
        var salted = Encoding.ASCII.GetBytes(salt);
        var computed = Kind switch
        {
            HashKind.Sha256Crypt => ShaCrypt.Compute(isLong: false, password, salted, rounds),
            HashKind.Sha512Crypt => ShaCrypt.Compute(isLong: true, password, salted, rounds),
            HashKind.Md5Crypt => Md5Crypt.Compute(password, salted, "$1$"u8),
            HashKind.Apr1 => Md5Crypt.Compute(password, salted, "$apr1$"u8),
            HashKind.Sha1 => Digest(password),
            HashKind.DesCrypt => DesCrypt.Compute(password, salt),
            _ => throw new InvalidOperationException($"{Kind} is computed elsewhere"),
        };
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(computed), expected);
    }

    public override string ToString() => Kind.ToString();

#pragma warning disable CA5350 // It is what {SHA} is.
    private static string Digest(ReadOnlySpan<byte> password) => Convert.ToBase64String(SHA1.HashData(password));
#pragma warning restore CA5350

    [GeneratedRegex(@"\A\$2[aby]\$(?<cost>0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Bcrypt();

    [GeneratedRegex(@"\A\$(5\$(rounds=(?<rounds>[1-9][0-9]{0,8})\$)?(?<salt>[./A-Za-z0-9]{0,16})\$(?<hash>[./A-Za-z0-9]{43})"
        + @"|6\$(rounds=(?<rounds>[1-9][0-9]{0,8})\$)?(?<salt>[./A-Za-z0-9]{0,16})\$(?<hash>[./A-Za-z0-9]{86}))\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sha();

    [GeneratedRegex(@"\A\$(1|apr1)\$(?<salt>[./A-Za-z0-9]{0,8})\$(?<hash>[./A-Za-z0-9]{22})\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Md5();

    [GeneratedRegex(@"\A[./A-Za-z0-9]{13}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Des();

    [GeneratedRegex(@"\A\{SHA\}[A-Za-z0-9+/]{27}=\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sha1();
}
