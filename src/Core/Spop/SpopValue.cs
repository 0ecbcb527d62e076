namespace Sluice.Core.Spop;

/// <summary>What a value is (SPOE documentation, section 3.1, "typed data").</summary>
public enum SpopKind
{
    Null = 0,
    Boolean = 1,
    Int32 = 2,
    UInt32 = 3,
    Int64 = 4,
    UInt64 = 5,
    IPv4 = 6,
    IPv6 = 7,
    Text = 8,
    Binary = 9,
}

/// <summary>A value of a message or of a variable: a number (0 or 1 for a boolean), or bytes.</summary>
public sealed record SpopValue(SpopKind Kind, ulong Number, ReadOnlyMemory<byte> Bytes)
{
    private static readonly SpopValue Absent = new(SpopKind.Null, 0, default);

    /// <summary>Bit in the first byte of a boolean.</summary>
    private const int True = 0x10;

    private const int KindMask = 0x0F;

    public static SpopValue Of(uint number) => new(SpopKind.UInt32, number, default);

    public static SpopValue Text(ReadOnlyMemory<byte> text) => new(SpopKind.Text, 0, text);

    public static SpopValue Binary(ReadOnlyMemory<byte> bytes) => new(SpopKind.Binary, 0, bytes);

    /// <summary>Adds it at the end of bytes.</summary>
    internal void AppendTo(List<byte> bytes)
    {
        bytes.Add((byte)((int)Kind | (Kind == SpopKind.Boolean && Number != 0 ? True : 0)));
        switch (Kind)
        {
            case SpopKind.Null or SpopKind.Boolean:
                break;
            case SpopKind.IPv4 or SpopKind.IPv6:
                bytes.AddRange(Bytes.Span);
                break;
            case SpopKind.Text or SpopKind.Binary:
                SpopWriter.AppendBytes(bytes, Bytes.Span);
                break;
            default:
                Varint.Append(bytes, Number);
                break;
        }
    }

    /// <summary>Reads one; null if there is none that is whole.</summary>
    internal static SpopValue? Read(SpopReader reader)
    {
        if (!reader.TryByte(out var first))
        {
            return null;
        }

        var kind = (SpopKind)(first & KindMask);
        switch (kind)
        {
            case SpopKind.Null:
                return Absent;
            case SpopKind.Boolean:
                return new SpopValue(kind, (first & True) != 0 ? 1UL : 0UL, default);
            case SpopKind.Int32 or SpopKind.UInt32 or SpopKind.Int64 or SpopKind.UInt64:
                return reader.TryNumber(out var number) ? new SpopValue(kind, number, default) : null;
            case SpopKind.IPv4 or SpopKind.IPv6:
                return reader.TryBytes(kind == SpopKind.IPv4 ? 4 : 16, out var address) ? new SpopValue(kind, 0, address) : null;
            case SpopKind.Text or SpopKind.Binary:
                return reader.TryBytes(out var bytes) ? new SpopValue(kind, 0, bytes) : null;
            default:
                return null;
        }
    }
}
