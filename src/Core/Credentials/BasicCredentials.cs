using System.Buffers.Text;
using System.Text;

namespace Sluice.Core.Credentials;

/// <summary>A user's name and password from an Authorization header (RFC 7617).</summary>
/// <param name="User">The name, one byte a character (Latin-1).</param>
/// <param name="Password">The bytes of the password.</param>
public sealed record BasicCredentials(string User, ReadOnlyMemory<byte> Password)
{
    private const string Scheme = "basic ";

    // HAProxy's buffer would take far more, and hashing a password takes time that grows with it.
    private const int MostPassword = 256;

    /// <summary>Reads the header's value; null if there is none to be read.</summary>
    public static BasicCredentials? Parse(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > 4096)
        {
            return null;
        }

        var encoded = header[Scheme.Length..].Trim();
        if (!Base64.IsValid(encoded))
        {
            return null;
        }

        var bytes = Convert.FromBase64String(encoded);
        var colon = Array.IndexOf(bytes, (byte)':');
        return colon > 0 && bytes.Length - colon - 1 <= MostPassword && !bytes.AsSpan().ContainsAnyInRange((byte)0, (byte)31)
            ? new BasicCredentials(Encoding.Latin1.GetString(bytes, 0, colon), bytes.AsMemory(colon + 1))
            : null;
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => User;
}
