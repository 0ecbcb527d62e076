namespace Sluice.Controller.Manifests;

/// <summary>Which line of the source each part of a JSON text came from. Lines count from 1.</summary>
public sealed class LineMap
{
    private readonly List<int> offsets = [];
    private readonly List<int> lines = [];

    /// <summary>The map of a JSON text that is itself the source.</summary>
    public static LineMap Of(ReadOnlySpan<byte> json)
    {
        var map = new LineMap();
        map.Add(0, 1);
        for (var (start, line) = (0, 2); json[start..].IndexOf((byte)'\n') is var length and >= 0; line++)
        {
            start += length + 1;
            map.Add(start, line);
        }

        return map;
    }

    /// <summary>Notes that what is written from <paramref name="offset"/> on comes from <paramref name="line"/>.</summary>
    public void Add(int offset, int line)
    {
        if (lines.Count == 0 || lines[^1] != line)
        {
            offsets.Add(offset);
            lines.Add(line);
        }
    }

    /// <summary>The line of the byte before <paramref name="position"/>: readers fail when they are past what they dislike.</summary>
    public int LineAt(int position)
    {
        var index = offsets.BinarySearch(Math.Max(0, position - 1));
        return lines.Count == 0 ? 1 : lines[Math.Max(0, index >= 0 ? index : ~index - 1)];
    }
}

/// <summary>A JSON text in UTF-8 with the lines it came from.</summary>
public sealed record JsonText(ReadOnlyMemory<byte> Utf8, LineMap Lines);
