namespace Sluice.Controller.Manifests;

/// <summary>One document of a manifest file: its text, not yet parsed, and the line it begins on (counted from 1).</summary>
public readonly record struct ManifestDocument(ReadOnlyMemory<byte> Text, int Line);

/// <summary>Splits a YAML file into its documents without parsing them (YAML 1.2.2, section 9.1).</summary>
public static class ManifestDocuments
{
    /// <summary>
    /// The documents in their order. Each keeps its own marker line, so that what stands behind "---" is not lost.
    /// Comments and directives above the first marker belong to the document below it.
    /// </summary>
    public static IReadOnlyList<ManifestDocument> Split(ReadOnlyMemory<byte> file)
    {
        var documents = new List<ManifestDocument>();
        var span = file.Span;
        var (start, startLine, begun) = (0, 1, false);
        for (var (position, line) = (0, 1); position < span.Length; line++)
        {
            var rest = span[position..];
            var length = rest.IndexOf((byte)'\n') is var newline and >= 0 ? newline + 1 : rest.Length;
            var text = rest[..length];
            var isStart = IsMarker(text, "---"u8);
            if (IsMarker(text, "..."u8))
            {
                Add(position + length, line + 1);
            }
            else if (isStart && begun)
            {
                Add(position, line);
            }

            begun |= isStart || IsContent(text, begun);

            position += length;
        }

        Add(span.Length, 0);
        return documents;

        void Add(int end, int nextLine)
        {
            if (begun)
            {
                documents.Add(new ManifestDocument(file[start..end], startLine));
            }

            (start, startLine, begun) = (end, nextLine, false);
        }
    }

    private static bool IsMarker(ReadOnlySpan<byte> line, ReadOnlySpan<byte> marker) =>
        line.StartsWith(marker) && (line.Length == 3 || line[3] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');

    private static bool IsContent(ReadOnlySpan<byte> line, bool begun)
    {
        var trimmed = line.Trim(" \t\r\n"u8);
        return !trimmed.IsEmpty && trimmed[0] != '#' && (begun || line[0] != '%') && !IsMarker(line, "..."u8);
    }
}
