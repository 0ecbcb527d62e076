using System.Globalization;
using System.Text.Json;

namespace Sluice.Controller.Manifests;

/// <summary>Paths of fields as Kubernetes writes them: <c>spec.rules[0].host</c>, <c>metadata.annotations[example.com/key]</c>.</summary>
internal static class FieldPath
{
    /// <summary>From the form of System.Text.Json: <c>$.metadata.annotations['example.com/key']</c>.</summary>
    public static string FromJsonPath(string? path) =>
        (path ?? "").TrimStart('$').TrimStart('.').Replace("['", "[", StringComparison.Ordinal).Replace("']", "]", StringComparison.Ordinal);

    /// <summary>The position in an object behind the key of a field, or of the deepest part of its path that is there.</summary>
    public static int Locate(ReadOnlySpan<byte> json, string path)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var position = (int)reader.BytesConsumed;
        for (var rest = path.AsSpan(); !rest.IsEmpty;)
        {
            var found = reader.TokenType switch
            {
                JsonTokenType.StartObject => EnterProperty(ref reader, ref rest),
                JsonTokenType.StartArray => EnterItem(ref reader, ref rest),
                _ => -1,
            };
            if (found < 0)
            {
                break;
            }

            position = found;
        }

        return position;
    }

    /// <summary>Whether two objects have the same in a field; both may be without it.</summary>
    public static bool HaveSame(JsonElement one, JsonElement other, string path)
    {
        var (here, there) = (ValueAt(one, path), ValueAt(other, path));
        return here is { } value && there is { } counterpart ? JsonElement.DeepEquals(value, counterpart) : here is null && there is null;
    }

    private static JsonElement? ValueAt(JsonElement element, string path)
    {
        for (var rest = path.AsSpan(); !rest.IsEmpty;)
        {
            var found = element.ValueKind switch
            {
                JsonValueKind.Object => Property(element, ref rest),
                JsonValueKind.Array => Item(element, ref rest),
                _ => null,
            };
            if (found is not { } next)
            {
                return null;
            }

            element = next;
        }

        return element;
    }

    private static JsonElement? Property(JsonElement element, ref ReadOnlySpan<char> rest)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (LengthOf(property.Name, rest) is var length and > 0)
            {
                rest = rest[length..];
                return property.Value;
            }
        }

        return null;
    }

    private static JsonElement? Item(JsonElement element, ref ReadOnlySpan<char> rest)
    {
        var close = rest.IndexOf(']');
        if (close < 0 || !int.TryParse(rest[1..close], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= element.GetArrayLength())
        {
            return null;
        }

        rest = rest[(close + 1)..];
        return element[index];
    }

    private static int EnterProperty(ref Utf8JsonReader reader, ref ReadOnlySpan<char> rest)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (LengthOf(reader.GetString()!, rest) is var length and > 0)
            {
                var position = (int)reader.BytesConsumed;
                rest = rest[length..];
                reader.Read();
                return position;
            }

            reader.Skip();
        }

        return -1;
    }

    private static int EnterItem(ref Utf8JsonReader reader, ref ReadOnlySpan<char> rest)
    {
        var close = rest.IndexOf(']');
        if (close < 0 || !int.TryParse(rest[1..close], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return -1;
        }

        rest = rest[(close + 1)..];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (index-- == 0)
            {
                return (int)reader.BytesConsumed;
            }

            reader.Skip();
        }

        return -1;
    }

    /// <summary>How much of the path the key takes; 0 if the path goes elsewhere.</summary>
    private static int LengthOf(string key, ReadOnlySpan<char> path)
    {
        var dot = path[0] == '.' ? 1 : 0;
        var rest = path[dot..];
        if (rest.StartsWith('['))
        {
            return rest[1..].StartsWith(key, StringComparison.Ordinal) && rest.Length > key.Length + 1 && rest[key.Length + 1] == ']'
                ? key.Length + 2
                : 0;
        }

        return rest.StartsWith(key, StringComparison.Ordinal) && (rest.Length == key.Length || rest[key.Length] is '.' or '[')
            ? key.Length + dot
            : 0;
    }

    /// <summary>The position in a text that a line and a place in it stand for, both counted from 0.</summary>
    public static int Position(ReadOnlySpan<byte> json, long line, long byteInLine)
    {
        var start = 0;
        for (; line > 0 && json[start..].IndexOf((byte)'\n') is var length and >= 0; line--)
        {
            start += length + 1;
        }

        return start + (int)byteInLine;
    }
}
