using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sluice.Controller.Cluster;

/// <summary>What a line of a watch says.</summary>
internal enum WatchEventKind
{
    /// <summary>An object is there, new or changed.</summary>
    Put,

    /// <summary>An object is gone.</summary>
    Deleted,

    /// <summary>All that came before this version was sent.</summary>
    Bookmark,

    /// <summary>The watch failed; the object is a Status.</summary>
    Error,
}

/// <summary>A line of a watch: its kind, and where its object stands in it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WatchEvent(WatchEventKind Kind, Range Object)
{
    /// <exception cref="InvalidDataException">The line is no event.</exception>
    public static WatchEvent Read(ReadOnlySpan<byte> line)
    {
        WatchEventKind? kind = null;
        Range? item = null;
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8))
                {
                    reader.Read();
                    kind = KindOf(ref reader);
                }
                else if (reader.ValueTextEquals("object"u8))
                {
                    reader.Read();
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    item = start..(int)reader.BytesConsumed;
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("the API server sent something else than a watch event", e);
        }

        return kind is { } known && item is { } range
            ? new WatchEvent(known, range)
            : throw new InvalidDataException("the API server sent a watch event without type or object");
    }

    private static WatchEventKind? KindOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("ADDED"u8) || reader.ValueTextEquals("MODIFIED"u8) ? WatchEventKind.Put
        : reader.ValueTextEquals("DELETED"u8) ? WatchEventKind.Deleted
        : reader.ValueTextEquals("BOOKMARK"u8) ? WatchEventKind.Bookmark
        : reader.ValueTextEquals("ERROR"u8) ? WatchEventKind.Error
        : null;
}
