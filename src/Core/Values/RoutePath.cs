using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sluice.Core.Values;

/// <summary>
/// The path of a rule in the form in which requests are compared with it: percent-encoded where RFC 3986 section 3.3
/// asks for it, unreserved characters decoded, hexadecimal digits in upper case. At most 1024 characters.
/// </summary>
public readonly record struct RoutePath
{
    private const int MaxLength = 1024;

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/");

    private RoutePath(string value) => Value = value;

    public static RoutePath Root { get; } = new("/");

    public string Value { get; }

    public override string ToString() => Value;

    /// <summary>Reads a path as an Ingress holds it. On failure <paramref name="expected"/> says what was expected.</summary>
    public static bool TryParse(string text, out RoutePath path, out string expected)
    {
        path = default;
        expected = "";
        if (!text.StartsWith('/'))
        {
            expected = "a path that begins with '/'";
            return false;
        }

        if (Canonical(text) is not { } value || value.Length > MaxLength)
        {
            expected = $"at most {MaxLength} characters without control characters, '\\', %2F, %5C or a broken %-escape";
            return false;
        }

        if (value.Contains("//", StringComparison.Ordinal) || HasDotSegment(value))
        {
            expected = "no '//', '/./' or '/../', because requests are compared after these are resolved";
            return false;
        }

        path = new RoutePath(value);
        return true;
    }

    private static bool HasDotSegment(string value) =>
        value.Contains("/./", StringComparison.Ordinal) || value.Contains("/../", StringComparison.Ordinal)
        || value.EndsWith("/.", StringComparison.Ordinal) || value.EndsWith("/..", StringComparison.Ordinal);

    private static string? Canonical(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(PathCharacters))
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        for (var index = 0; index < text.Length;)
        {
            if (text[index] == '%')
            {
                if (!TryDecode(text, index, out var octet) || IsForbidden(octet))
                {
                    return null;
                }

                Append(result, octet);
                index += 3;
                continue;
            }

            if (Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out var used) != OperationStatus.Done
                || Rune.IsControl(rune) || rune.Value == '\\')
            {
                return null;
            }

            if (rune.IsAscii && PathCharacters.Contains((char)rune.Value))
            {
                result.Append((char)rune.Value);
            }
            else
            {
                foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    Append(result, octet);
                }
            }

            index += used;
        }

        return result.ToString();
    }

    private static bool TryDecode(string text, int index, out byte octet) =>
        byte.TryParse(index + 2 < text.Length ? text.AsSpan(index + 1, 2) : "", NumberStyles.AllowHexSpecifier, null, out octet);

    private static bool IsForbidden(byte octet) => octet is < 0x20 or 0x7F or (byte)'/' or (byte)'\\';

    private static void Append(StringBuilder result, byte octet)
    {
        if (octet < 0x80 && Unreserved.Contains((char)octet))
        {
            result.Append((char)octet);
        }
        else
        {
            result.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        }
    }
}
