using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Sluice.Controller.Manifests;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>Which object it is, at which version.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Number">Its version as a number; 0 if it is none.</param>
/// <param name="Version">Its version; null if it has none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ObjectIdentity(NamespacedName Name, ulong Number, string? Version)
{
    /// <summary>Reads it from the metadata, and no further than need be: what follows may be anything.</summary>
    /// <exception cref="InvalidDataException">There is none. That is the server's fault; nothing that follows can be trusted either.</exception>
    public static ObjectIdentity Read(ReadOnlySpan<byte> json, TextPool texts)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("metadata"u8))
                {
                    return ReadMetadata(ref reader, texts) ?? throw new InvalidDataException("the API server sent an object without a name");
                }

                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("the API server sent an object that is not JSON", e);
        }

        throw new InvalidDataException("the API server sent an object without a name");
    }

    private static ObjectIdentity? ReadMetadata(ref Utf8JsonReader reader, TextPool texts)
    {
        var (name, space, version) = (default(string), default(string), default(string));
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && (name is null || space is null || version is null) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                name = Text(ref reader, texts);
            }
            else if (reader.ValueTextEquals("namespace"u8))
            {
                space = Text(ref reader, texts);
            }
            else if (reader.ValueTextEquals("resourceVersion"u8))
            {
                version = Text(ref reader, texts: null);
            }
            else
            {
                reader.Skip();
            }
        }

        return name is null ? null
            : new ObjectIdentity(
                new NamespacedName(space ?? "", name),
                ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, version);
    }

    private static string? Text(ref Utf8JsonReader reader, TextPool? texts)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return texts?.Read(ref reader) ?? reader.GetString();
        }

        reader.Skip();
        return null;
    }
}
