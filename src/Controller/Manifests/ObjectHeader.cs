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
    public bool IsAmbiguous { get; private init; }

    /// <summary>metadata.continue, the token for the next page of a list; empty if absent.</summary>
    public string Continue { get; private init; } = "";

    /// <summary>Reads the header of an object; null if the text is something else, such as a number. Reads all of the text.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static ObjectHeader? Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var found = new Found();
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadProperty(ref reader, ref found);
        }

        reader.Skip();
        while (reader.Read())
        {
            // Only to see that nothing follows.
        }

        return isObject
            ? new ObjectHeader(found.Kind, found.ApiVersion, found.Name, found.Namespace, found.Version, found.Items)
            {
                Continue = found.Continue ?? "",
                IsAmbiguous = found.IsAmbiguous,
            }
            : null;
    }

    private static void ReadProperty(ref Utf8JsonReader reader, ref Found found)
    {
        if (reader.ValueTextEquals("kind"u8))
        {
            found.IsAmbiguous |= found.Kind is not null;
            found.Kind = Text(ref reader);
        }
        else if (reader.ValueTextEquals("apiVersion"u8))
        {
            found.IsAmbiguous |= found.ApiVersion is not null;
            found.ApiVersion = Text(ref reader);
        }
        else if (reader.ValueTextEquals("items"u8))
        {
            found.Items = Ranges(ref reader);
        }
        else if (reader.ValueTextEquals("metadata"u8))
        {
            ReadMetadata(ref reader, ref found);
        }
        else
        {
            reader.Skip();
        }
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, ref Found found)
    {
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                found.Name = Text(ref reader);
            }
            else if (reader.ValueTextEquals("namespace"u8))
            {
                found.Namespace = Text(ref reader);
            }
            else if (reader.ValueTextEquals("resourceVersion"u8))
            {
                found.Version = Text(ref reader);
            }
            else if (reader.ValueTextEquals("continue"u8))
            {
                found.Continue = Text(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Skip();
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

    // What was found so far: a header is made once, at the end.
    private ref struct Found
    {
        public string? Kind;
        public string? ApiVersion;
        public string? Name;
        public string? Namespace;
        public string? Version;
        public string? Continue;
        public List<Range>? Items;
        public bool IsAmbiguous;
    }
}
