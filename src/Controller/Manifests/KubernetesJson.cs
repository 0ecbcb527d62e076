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
internal sealed partial class KubernetesJson : JsonSerializerContext;

/// <summary>Reads text, and says so if it is none. What stands there is not repeated: it may be secret.</summary>
internal sealed class TextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString()
            : throw new JsonException(ObjectFailure.Sentence("text (put it in quotes)", Tokens.Describe(reader.TokenType)));

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

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
internal sealed class LenientTextConverter : JsonConverter<LenientText>
{
    public override bool HandleNull => true;

    public override LenientText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => new LenientText(reader.GetString()!),
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
