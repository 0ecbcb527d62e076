using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Controller.Manifests;

/// <summary>Writes YAML scalars as JSON, typed by the core schema of YAML 1.2.2 (section 10.3). Quoted scalars are text.</summary>
internal static partial class YamlScalars
{
    private const string CorePrefix = "tag:yaml.org,2002:";

    public static void Write(Utf8JsonWriter json, Scalar scalar)
    {
        if (IsText(scalar) || !TryWriteTyped(json, scalar.Value))
        {
            json.WriteStringValue(scalar.Value);
        }
    }

    private static bool IsText(Scalar scalar) =>
        scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific
            ? scalar.Style != ScalarStyle.Plain || scalar.Tag == "!"
            : scalar.Tag.Value is not (CorePrefix + "int" or CorePrefix + "float" or CorePrefix + "bool" or CorePrefix + "null");

    private static bool TryWriteTyped(Utf8JsonWriter json, string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                json.WriteNullValue();
                return true;
            case "true" or "True" or "TRUE":
                json.WriteBooleanValue(true);
                return true;
            case "false" or "False" or "FALSE":
                json.WriteBooleanValue(false);
                return true;
            default:
                return (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.') && TryWriteNumber(json, text);
        }
    }

    /// <summary>What JSON can spell is written as it stands, so that an annotation such as 1.10 keeps its text.</summary>
    private static bool TryWriteNumber(Utf8JsonWriter json, string text)
    {
        if (JsonNumber().IsMatch(text))
        {
            json.WriteRawValue(text, skipInputValidation: true);
            return true;
        }

        if (Integer(text) is { } integer)
        {
            json.WriteRawValue(integer.ToString(CultureInfo.InvariantCulture), skipInputValidation: true);
            return true;
        }

        if (CoreFloat().IsMatch(text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            json.WriteNumberValue(number);
            return true;
        }

        return false;
    }

    private static BigInteger? Integer(string text) =>
        CoreDecimal().IsMatch(text) ? BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
        : CoreHexadecimal().IsMatch(text) ? BigInteger.Parse($"0{text.AsSpan(2)}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : CoreOctal().IsMatch(text) ? text.Skip(2).Aggregate(BigInteger.Zero, (sum, digit) => (sum * 8) + (digit - '0'))
        : null;

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonNumber();

    [GeneratedRegex(@"^[-+]?[0-9]{1,64}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CoreDecimal();

    [GeneratedRegex(@"^0x[0-9a-fA-F]{1,64}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CoreHexadecimal();

    [GeneratedRegex(@"^0o[0-7]{1,64}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CoreOctal();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CoreFloat();
}
