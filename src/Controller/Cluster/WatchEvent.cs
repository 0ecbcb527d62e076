using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Sluice.Controller.Manifests;

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
    /// <summary>
    /// What a line says if it is as the API server writes it, the type before the object and nothing else. The object is
    /// not looked at, so it may turn out to be none. Null for any other line.
    /// </summary>
    public static WatchEvent? Guess(ReadOnlySpan<byte> line)
    {
        var head = "{\"type\":\""u8;
        var middle = "\",\"object\":"u8;
        var length = line.StartsWith(head) && line.EndsWith("}"u8) ? line[head.Length..].IndexOf((byte)'"') : -1;
        if (length < 0 || !line[(head.Length + length)..].StartsWith(middle) || KindOf(line.Slice(head.Length, length)) is not { } kind)
        {
            return null;
        }

        return new WatchEvent(kind, (head.Length + length + middle.Length)..^1);
    }

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
                    kind = reader.TokenType == JsonTokenType.String ? KindOf(Encoding.UTF8.GetBytes(reader.GetString()!)) : null;
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

    /// <summary>Up to which version a bookmark says that all was sent; null if it does not say.</summary>
    /// <exception cref="InvalidDataException">The bookmark is not JSON.</exception>
    public static string? BookmarkVersion(ReadOnlySpan<byte> bookmark)
    {
        try
        {
            return ObjectHeader.Read(bookmark)?.Version;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("the API server sent a bookmark that is not JSON", e);
        }
    }

    private static WatchEventKind? KindOf(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("ADDED"u8) || type.SequenceEqual("MODIFIED"u8) ? WatchEventKind.Put
        : type.SequenceEqual("DELETED"u8) ? WatchEventKind.Deleted
        : type.SequenceEqual("BOOKMARK"u8) ? WatchEventKind.Bookmark
        : type.SequenceEqual("ERROR"u8) ? WatchEventKind.Error
        : null;
}
