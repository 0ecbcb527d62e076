using System.Text;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Text of users as data that cannot mean anything else: in base64, and in the binary form of lists of headers.</summary>
internal static class BinaryText
{
    public static string Of(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>Headers as "set-headers-bin" takes them: each text with its length before it, two empty ones at the end.</summary>
    public static string Of(EquatableArray<HeaderLine> lines) => lines.Count == 0 ? "" : Texts([.. lines.SelectMany(line => new[] { line.Name, line.Value }), "", ""]);

    /// <summary>Names as "del-headers-bin" takes them: one empty text at the end.</summary>
    public static string Of(EquatableArray<string> names) => names.Count == 0 ? "" : Texts([.. names, ""]);

    private static string Texts(IReadOnlyList<string> texts)
    {
        var bytes = new List<byte>();
        foreach (var text in texts.Select(Encoding.UTF8.GetBytes))
        {
            bytes.AddRange(Length(text.Length));
            bytes.AddRange(text);
        }

        return Convert.ToBase64String([.. bytes]);
    }

    // HAProxy's whole numbers of varying length: four bits in the first byte, seven in each other.
    private static IEnumerable<byte> Length(int value)
    {
        const int First = 0xF0;
        const int More = 0x80;
        if (value < First)
        {
            return [(byte)value];
        }

        var bytes = new List<byte> { (byte)(value | First) };
        for (value = (value - First) >> 4; value >= More; value = (value - More) >> 7)
        {
            bytes.Add((byte)(value | More));
        }

        return [.. bytes, (byte)value];
    }
}
