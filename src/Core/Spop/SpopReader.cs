using System.Text;

namespace Sluice.Core.Spop;

/// <summary>Reads the parts of a frame one after the other. What it gives are parts of the frame's own bytes.</summary>
internal sealed class SpopReader(ReadOnlyMemory<byte> frame)
{
    private int position;

    public bool IsAtEnd => position == frame.Length;

    public bool TryByte(out byte value)
    {
        var isThere = position < frame.Length;
        value = isThere ? frame.Span[position++] : default;
        return isThere;
    }

    public bool TryNumber(out ulong value) => Varint.TryRead(frame.Span, ref position, out value);

    public bool TryBytes(int count, out ReadOnlyMemory<byte> bytes)
    {
        var areThere = frame.Length - position >= count;
        bytes = areThere ? frame.Slice(position, count) : default;
        position += areThere ? count : 0;
        return areThere;
    }

    /// <summary>Bytes with their number before them.</summary>
    public bool TryBytes(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        return TryNumber(out var count) && count <= int.MaxValue && TryBytes((int)count, out bytes);
    }

    public bool TryText(out string text)
    {
        var isThere = TryBytes(out var bytes);
        text = Encoding.Latin1.GetString(bytes.Span);
        return isThere;
    }
}
