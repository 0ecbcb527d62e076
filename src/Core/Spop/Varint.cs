namespace Sluice.Core.Spop;

/// <summary>HAProxy's whole numbers of varying length: four bits in the first byte, seven in each other (SPOE documentation, section 3.1).</summary>
public static class Varint
{
    private const int First = 0xF0;
    private const int More = 0x80;
    private const int LongestShift = 60;

    /// <summary>Adds a number at the end of bytes.</summary>
    public static void Append(List<byte> bytes, ulong value)
    {
        if (value < First)
        {
            bytes.Add((byte)value);
            return;
        }

        bytes.Add((byte)(value | First));
        for (value = (value - First) >> 4; value >= More; value = (value - More) >> 7)
        {
            bytes.Add((byte)(value | More));
        }

        bytes.Add((byte)value);
    }

    /// <summary>Reads a number at a place, and moves the place behind it. False if there is none that is whole.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int position, out ulong value)
    {
        value = 0;
        if (position >= bytes.Length)
        {
            return false;
        }

        value = bytes[position++];
        if (value < First)
        {
            return true;
        }

        for (var shift = 4; shift <= LongestShift && position < bytes.Length; shift += 7)
        {
            var next = bytes[position++];
            value += (ulong)next << shift;
            if (next < More)
            {
                return true;
            }
        }

        return false;
    }
}
