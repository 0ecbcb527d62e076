using System.Text.Json;

namespace Sluice.Controller.Manifests;

/// <summary>What any Kubernetes object says of itself, read without knowing its kind.</summary>
/// <param name="Kind">Its kind; null if it has none.</param>
/// <param name="ApiVersion">Its group and version; null if it has none.</param>
/// <param name="Name">metadata.name; null if absent.</param>
/// <param name="Namespace">metadata.namespace; null if absent.</param>
/// <param name="Version">metadata.resourceVersion; null if absent.</param>
/// <param name="Items">Where each of its items stands, if it has a list of them.</param>
public sealed record ObjectHeader(string? Kind, string? ApiVersion, string? Name, string? Namespace, string? Version, IReadOnlyList<Range>? Items)
{
    /// <summary>Whether it says its kind or version twice, so that it says neither.</summary>
    public bool IsAmbiguous { get; init; }

    private static readonly ObjectHeader None = new(null, null, null, null, null, null);

    /// <summary>Reads the header of an object; null if the text is something else, such as a number. Reads all of the text.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static ObjectHeader? Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var header = None;
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            header = ReadProperty(ref reader, header);
        }

        reader.Skip();
        while (reader.Read())
        {
            // Only to see that nothing follows.
        }

        return isObject ? header : null;
    }

    private static ObjectHeader ReadProperty(ref Utf8JsonReader reader, ObjectHeader header)
    {
        if (reader.ValueTextEquals("kind"u8))
        {
            return header with { IsAmbiguous = header.IsAmbiguous || header.Kind is not null, Kind = Text(ref reader) };
        }

        if (reader.ValueTextEquals("apiVersion"u8))
        {
            return header with { IsAmbiguous = header.IsAmbiguous || header.ApiVersion is not null, ApiVersion = Text(ref reader) };
        }

        if (reader.ValueTextEquals("items"u8))
        {
            return header with { Items = Ranges(ref reader) };
        }

        if (!reader.ValueTextEquals("metadata"u8))
        {
            reader.Skip();
            return header;
        }

        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            header = ReadMetadata(ref reader, header);
        }

        reader.Skip();
        return header;
    }

    private static ObjectHeader ReadMetadata(ref Utf8JsonReader reader, ObjectHeader header)
    {
        if (reader.ValueTextEquals("name"u8))
        {
            return header with { Name = Text(ref reader) };
        }

        if (reader.ValueTextEquals("namespace"u8))
        {
            return header with { Namespace = Text(ref reader) };
        }

        if (reader.ValueTextEquals("resourceVersion"u8))
        {
            return header with { Version = Text(ref reader) };
        }

        reader.Skip();
        return header;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    private static List<Range>? Ranges(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var ranges = new List<Range>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            ranges.Add(start..(int)reader.BytesConsumed);
        }

        return ranges;
    }
}
