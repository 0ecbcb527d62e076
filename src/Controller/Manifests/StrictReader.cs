using System.Text.Json;

namespace Sluice.Controller.Manifests;

/// <summary>
/// Reads JSON of a known shape from front to back. Anything else, such as a field that stands twice, is a
/// <see cref="FormatException"/> without a word: whoever reads this way knows somebody who can explain it.
/// </summary>
internal ref struct StrictReader(ReadOnlySpan<byte> json)
{
    private const int MostKeys = 32;

    private readonly ReadOnlySpan<byte> json = json;
    private Utf8JsonReader reader = new(json);

    public static void Require(bool isAsUsual)
    {
        if (!isAsUsual)
        {
            throw new FormatException();
        }
    }

    /// <summary>Goes into an object, the value of the property.</summary>
    public void Enter()
    {
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartObject);
    }

    /// <summary>Goes into a list, the value of the property. False if it is null.</summary>
    public bool EnterList()
    {
        reader.Read();
        Require(reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null);
        return reader.TokenType == JsonTokenType.StartArray;
    }

    /// <summary>Goes to the next property of the object, or behind its end.</summary>
    public bool NextProperty()
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Goes into the next object of the list, or behind its end.</summary>
    public bool NextItem()
    {
        reader.Read();
        Require(reader.TokenType is JsonTokenType.StartObject or JsonTokenType.EndArray);
        return reader.TokenType == JsonTokenType.StartObject;
    }

    /// <summary>Goes to the next text of the list, or behind its end.</summary>
    public bool NextText()
    {
        reader.Read();
        Require(reader.TokenType is JsonTokenType.String or JsonTokenType.EndArray);
        return reader.TokenType == JsonTokenType.String;
    }

    /// <summary>Whether the property has this name, for the first time.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name, ref int seen, int bit)
    {
        if (!reader.ValueTextEquals(name))
        {
            return false;
        }

        Require((seen & bit) == 0);
        seen |= bit;
        return true;
    }

    /// <summary>Passes over the value of the property.</summary>
    public void Skip() => reader.Skip();

    /// <summary>Nothing may follow.</summary>
    public void End() => Require(!reader.Read());

    public string? Text(TextPool texts)
    {
        IgnoreText();
        return reader.TokenType == JsonTokenType.Null ? null : texts.Read(ref reader);
    }

    public void IgnoreText()
    {
        reader.Read();
        Require(reader.TokenType is JsonTokenType.String or JsonTokenType.Null);
    }

    /// <summary>The text of the list that the reader stands on.</summary>
    public string Current(TextPool texts) => texts.Read(ref reader);

    public int? Number()
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetInt32();
    }

    public bool? Truth()
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetBoolean();
    }

    public DateTimeOffset? Time()
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetDateTimeOffset();
    }

    /// <summary>The text of one key of a map.</summary>
    /// <param name="wanted">The key; empty for none.</param>
    /// <param name="texts">Where texts are kept.</param>
    /// <param name="isText">Whether the values have to be texts; else numbers and truth values are fine, too.</param>
    public string? Map(ReadOnlySpan<byte> wanted, TextPool texts, bool isText)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Require(reader.TokenType == JsonTokenType.StartObject);
        Span<Range> keys = stackalloc Range[MostKeys];
        string? found = null;
        for (var count = 0; NextProperty(); count++)
        {
            Require(count < MostKeys && !reader.ValueIsEscaped);
            keys[count] = ((int)reader.TokenStartIndex + 1)..((int)reader.TokenStartIndex + 1 + reader.ValueSpan.Length);
            foreach (var former in keys[..count])
            {
                Require(!reader.ValueTextEquals(json[former]));
            }

            var isWanted = reader.ValueTextEquals(wanted);
            reader.Read();
            Require(reader.TokenType is JsonTokenType.String or JsonTokenType.Null || (!isText && reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False));
            found = isWanted && reader.TokenType == JsonTokenType.String ? texts.Read(ref reader) : found;
        }

        return found;
    }

    /// <summary>The IPv4 address in its usual spelling that the text is, its first byte the highest; null if it is something else.</summary>
    public readonly uint? Ipv4()
    {
        var text = reader.ValueSpan;
        uint number = 0;
        for (var part = 0; part < 4; part++)
        {
            var dot = text.IndexOf((byte)'.');
            var digits = dot >= 0 ? text[..dot] : text;
            var isNumber = digits.Length is >= 1 and <= 3 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') && (digits.Length == 1 || digits[0] != '0');
            if (!isNumber || dot < 0 != (part == 3))
            {
                return null;
            }

            var value = 0u;
            foreach (var digit in digits)
            {
                value = (value * 10) + digit - '0';
            }

            if (value > 255)
            {
                return null;
            }

            number = (number << 8) | value;
            text = text[(part == 3 ? digits.Length : dot + 1)..];
        }

        return number;
    }
}
