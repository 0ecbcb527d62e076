using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Controller.Manifests;

/// <summary>How Kubernetes objects are read from JSON. Unknown fields are ignored, repeated ones refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    Converters = [typeof(TextConverter), typeof(WholeNumberConverter), typeof(TruthConverter)])]
[JsonSerializable(typeof(IngressObject))]
[JsonSerializable(typeof(IngressClassObject))]
[JsonSerializable(typeof(ServiceObject))]
[JsonSerializable(typeof(EndpointSliceObject))]
[JsonSerializable(typeof(SecretObject))]
[JsonSerializable(typeof(ConfigMapObject))]
[JsonSerializable(typeof(NamespaceObject))]
[JsonSerializable(typeof(ReferenceGrantObject))]
internal sealed partial class KubernetesJson : JsonSerializerContext
{
    /// <summary>The same, with texts that come again and again kept once.</summary>
    public static KubernetesJson With(TextPool texts)
    {
        var options = new JsonSerializerOptions(Default.Options);
        options.Converters.Clear();
        options.Converters.Add(new TextConverter(texts));
        options.Converters.Add(new LenientTextConverter(texts));
        options.Converters.Add(new WholeNumberConverter());
        options.Converters.Add(new TruthConverter());
        return new KubernetesJson(options);
    }
}

/// <summary>Reads text, and says so if it is none. What stands there is not repeated: it may be secret.</summary>
internal sealed class TextConverter(TextPool? texts) : JsonConverter<string>
{
    public TextConverter()
        : this(null)
    {
    }

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? texts?.Read(ref reader) ?? reader.GetString()
            : throw new JsonException(ObjectFailure.Sentence("text (put it in quotes)", Tokens.Describe(reader.TokenType)));

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        texts?.Read(ref reader) ?? reader.GetString()!;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Reads a whole number, and says so if it is none.</summary>
internal sealed class WholeNumberConverter : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)
            ? number
            : throw new JsonException(ObjectFailure.Sentence("a whole number (without quotes)", Tokens.Quote(ref reader)));

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>Reads true or false, and says so if it is neither.</summary>
internal sealed class TruthConverter : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False
            ? reader.GetBoolean()
            : throw new JsonException(ObjectFailure.Sentence("true or false (without quotes)", Tokens.Quote(ref reader)));

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}

/// <summary>Reads any scalar as its text.</summary>
internal sealed class LenientTextConverter(TextPool? texts) : JsonConverter<LenientText>
{
    public LenientTextConverter()
        : this(null)
    {
    }

    public override bool HandleNull => true;

    public override LenientText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => new LenientText(texts?.Read(ref reader) ?? reader.GetString()!),
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => new LenientText(Encoding.UTF8.GetString(reader.ValueSpan)),
            JsonTokenType.Null => new LenientText(""),
            _ => throw new JsonException(ObjectFailure.Sentence("text", Tokens.Describe(reader.TokenType))),
        };

    public override void Write(Utf8JsonWriter writer, LenientText value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>JSON tokens in the words of a message.</summary>
internal static class Tokens
{
    public static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "a mapping",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "nothing",
    };

    public static string Quote(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => ObjectFailure.Quoted(reader.GetString()!),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        var other => Describe(other),
    };
}

/// <summary>The bytes that base64 stands for; null if it is something else.</summary>
[JsonConverter(typeof(Base64Converter))]
internal readonly record struct Base64Bytes(byte[]? Value);

/// <summary>Reads base64 without making a text of it: a key must not lie about in memory more often than need be.</summary>
internal sealed class Base64Converter : JsonConverter<Base64Bytes>
{
    public override bool HandleNull => true;

    public override Base64Bytes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
        {
            throw new JsonException(ObjectFailure.Sentence("text (put it in quotes)", Tokens.Describe(reader.TokenType)));
        }

        return reader.TokenType == JsonTokenType.Null ? new Base64Bytes([])
            : reader.ValueIsEscaped ? Read(Encoding.UTF8.GetBytes(reader.GetString()!))
            : Read(reader.ValueSpan);
    }

    public override void Write(Utf8JsonWriter writer, Base64Bytes value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.Value);

    private static Base64Bytes Read(ReadOnlySpan<byte> text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(text.Length));
        try
        {
            var status = Base64.DecodeFromUtf8(text, bytes, out _, out var length);
            return new Base64Bytes(status == OperationStatus.Done ? bytes.AsSpan(0, length).ToArray() : null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }
}
