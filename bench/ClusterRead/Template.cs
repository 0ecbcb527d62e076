using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Bench.ClusterRead;

/// <summary>Which object is written: its number among those of its kind, at which version, after which of its changes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Written(int Index, long Version, int Revision = 0, int Endpoint = 0);

/// <summary>Writes what stands in a hole of a template.</summary>
internal delegate void Hole(IBufferWriter<byte> into, Written what);

/// <summary>
/// A JSON text with holes, written «name». It is cut once, so that an object costs little more than a copy: the server
/// of a benchmark must not be what is measured.
/// </summary>
internal sealed class Template
{
    private readonly List<(byte[] Text, Hole? Next)> parts = [];

    public Template(string text, IReadOnlyDictionary<string, Hole> holes)
    {
        var compact = string.Concat(text.Split('\n').Select(line => line.Trim()));
        foreach (var (index, piece) in compact.Split('«', '»').Index())
        {
            if (index % 2 == 0)
            {
                parts.Add((Encoding.UTF8.GetBytes(piece), null));
            }
            else
            {
                parts[^1] = (parts[^1].Text, holes[piece]);
            }
        }
    }

    public void Write(IBufferWriter<byte> into, Written what)
    {
        foreach (var (text, next) in parts)
        {
            into.Write(text);
            next?.Invoke(into, what);
        }
    }
}

/// <summary>Text and numbers as bytes.</summary>
internal static class ByteText
{
    public static void Add(this IBufferWriter<byte> into, string ascii) => into.Advance(Encoding.ASCII.GetBytes(ascii, into.GetSpan(ascii.Length)));

    public static void Add(this IBufferWriter<byte> into, long number, string format = "")
    {
        number.TryFormat(into.GetSpan(32), out var length, format);
        into.Advance(length);
    }
}
