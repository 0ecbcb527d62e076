using System.Text;

namespace Sluice.Core.Values;

/// <summary>
/// Text that must not be seen: whatever prints it prints [redacted]. Held as one byte a character where that can be,
/// because there may be ten thousand certificates.
/// </summary>
public sealed class Sensitive : IEquatable<Sensitive>
{
    private readonly byte[] bytes;
    private readonly Encoding encoding;

    public Sensitive(string text)
    {
        encoding = text.AsSpan().ContainsAnyExceptInRange('\0', '\u00ff') ? Encoding.Unicode : Encoding.Latin1;
        bytes = encoding.GetBytes(text);
    }

    /// <summary>Text of one byte a character (Latin-1). The array must not change any more.</summary>
    public Sensitive(byte[] latin) => (bytes, encoding) = (latin, Encoding.Latin1);

    public string Reveal => encoding.GetString(bytes);

    /// <summary>How many characters it has.</summary>
    public int Length => ReferenceEquals(encoding, Encoding.Latin1) ? bytes.Length : bytes.Length / 2;

    public bool Equals(Sensitive? other) => other is not null && ReferenceEquals(encoding, other.encoding) && bytes.AsSpan().SequenceEqual(other.bytes);

    public override bool Equals(object? obj) => Equals(obj as Sensitive);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    public override string ToString() => "[redacted]";

    public static bool operator ==(Sensitive? left, Sensitive? right) => Equals((object?)left, right);

    public static bool operator !=(Sensitive? left, Sensitive? right) => !Equals((object?)left, right);
}
