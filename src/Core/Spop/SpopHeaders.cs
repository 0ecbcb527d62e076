using System.Text;

namespace Sluice.Core.Spop;

/// <summary>Header fields as HAProxy's "req.hdrs_bin" gives them: names and values with their lengths, and two empty ones at the end.</summary>
public static class SpopHeaders
{
    /// <summary>Reads as many as there are; text is one byte a character (Latin-1).</summary>
    public static IReadOnlyList<(string Name, string Value)> Read(ReadOnlyMemory<byte> bytes)
    {
        var headers = new List<(string, string)>();
        var reader = new SpopReader(bytes);
        while (reader.TryText(out var name) && reader.TryText(out var value) && name.Length > 0)
        {
            headers.Add((name, value));
        }

        return headers;
    }

    /// <summary>Writes names as "del-headers-bin" takes them.</summary>
    public static byte[] WriteNames(IEnumerable<string> names)
    {
        var bytes = new List<byte>();
        foreach (var name in names.Append(""))
        {
            SpopWriter.AppendBytes(bytes, Encoding.Latin1.GetBytes(name));
        }

        return [.. bytes];
    }

    /// <summary>Writes them as "set-headers-bin" takes them.</summary>
    public static byte[] Write(IEnumerable<(string Name, string Value)> headers)
    {
        var bytes = new List<byte>();
        foreach (var (name, value) in headers.Append(("", "")))
        {
            SpopWriter.AppendBytes(bytes, Encoding.Latin1.GetBytes(name));
            SpopWriter.AppendBytes(bytes, Encoding.Latin1.GetBytes(value));
        }

        return [.. bytes];
    }
}
