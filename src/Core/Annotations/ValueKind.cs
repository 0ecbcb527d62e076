using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>How a value is written: text to value and back, and what to say when it cannot be read.</summary>
/// <param name="Expected">What was expected, to follow "expected ": <c>true or false</c>.</param>
/// <param name="Parse">Reads trimmed text; false if it is not such a value.</param>
/// <param name="Format">Writes a value so that <paramref name="Parse"/> reads it back.</param>
public sealed record ValueKind<T>(string Expected, ValueKind<T>.Parser Parse, Func<T, string> Format)
{
    /// <summary>Reads text as a value.</summary>
    public delegate bool Parser(string text, [MaybeNullWhen(false)] out T value);

    /// <summary>The words that a value is of; none if it is not of words.</summary>
    public EquatableArray<string> Words { get; init; }
}

/// <summary>The kinds of values that settings have.</summary>
public static class Kinds
{
    /// <summary>Also read are the other ways in which Go reads one, because other controllers do.</summary>
    public static ValueKind<bool> Bool { get; } = new(
        "true or false",
        (string text, out bool value) => (value = text is "true" or "True" or "TRUE" or "t" or "T" or "1") || text is "false" or "False" or "FALSE" or "f" or "F" or "0",
        value => value ? "true" : "false")
    { Words = ["true", "false"] };

    /// <summary>The same, or nothing.</summary>
    public static ValueKind<bool?> OptionalBool { get; } = new(
        Bool.Expected,
        (string text, out bool? value) =>
        {
            var isRead = Bool.Parse(text, out var isTrue);
            value = isRead ? isTrue : null;
            return isRead;
        },
        value => value is { } isTrue ? Bool.Format(isTrue) : "")
    { Words = Bool.Words };

    /// <summary>A whole number, written in the one usual way.</summary>
    public static ValueKind<int> Number(int least, int most) => new(
        $"a number from {Digits(least)} to {Digits(most)}",
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most && text == Digits(value),
        Digits);

    /// <summary>A whole number that may be left out.</summary>
    public static ValueKind<int?> OptionalNumber(int least, int most)
    {
        var kind = Number(least, most);
        return new ValueKind<int?>(
            kind.Expected,
            (string text, out int? value) =>
            {
                var isRead = kind.Parse(text, out var number);
                value = isRead ? number : null;
                return isRead;
            },
            value => value is { } number ? Digits(number) : "");
    }

    public static ValueKind<EquatableArray<Cidr>> CidrList { get; } = new(
        "addresses or blocks such as 10.0.0.0/8, separated by commas",
        ParseCidrList,
        value => string.Join(',', value));

    /// <summary>A time: a whole number with its unit, from a millisecond to 24 days, which is what HAProxy counts.</summary>
    public static ValueKind<TimeSpan?> Duration { get; } = DurationIn("a time such as 500ms, 30s, 5m or 1h", bareUnit: "");

    /// <summary>As HAProxy and its other controllers write it: a number alone is milliseconds.</summary>
    public static ValueKind<TimeSpan?> DurationOrMilliseconds { get; } = DurationIn("a time such as 500ms, 30s, 5m or 1h; a number alone is milliseconds", bareUnit: "ms");

    /// <summary>A number of bytes, with k, m or g for the powers of 1024; up to a thousand of the largest.</summary>
    public static ValueKind<long?> Size { get; } = new("a size such as 512k, 10m or 1g, or 0 for no limit", ParseSize, FormatSize);

    public static ValueKind<NamespacedName?> ObjectName { get; } = new(
        "namespace/name",
        (string text, out NamespacedName? value) => ParseObjectName(text, out value),
        value => value?.ToString() ?? "");

    public static ValueKind<ServicePortName?> ServicePort { get; } = new(
        "namespace/service:port or namespace/service",
        ParseServicePort,
        value => value?.ToString() ?? "");

    public static ValueKind<T> OneOf<T>(params (string Text, T Value)[] choices)
        where T : struct =>
        new(
            $"one of {string.Join(", ", choices.Select(choice => choice.Text))}",
            (string text, out T value) =>
            {
                var index = Array.FindIndex(choices, choice => choice.Text == text);
                value = index < 0 ? default : choices[index].Value;
                return index >= 0;
            },
            value => choices.First(choice => choice.Value.Equals(value)).Text)
        { Words = choices.Select(choice => choice.Text).ToEquatableArray() };

    /// <summary>Text that is valid by a rule of its own; null where it is left out.</summary>
    public static ValueKind<string?> Text(string expected, Predicate<string> isValid) => new(
        expected,
        (string text, out string? value) =>
        {
            var isRead = isValid(text);
            value = isRead ? text : null;
            return isRead;
        },
        value => value ?? "");

    /// <summary>One of some words, or nothing.</summary>
    public static ValueKind<T?> OptionalOneOf<T>(params (string Text, T Value)[] choices)
        where T : struct
    {
        var kind = OneOf(choices);
        return new ValueKind<T?>(
            kind.Expected,
            (string text, out T? value) =>
            {
                var isRead = kind.Parse(text, out var choice);
                value = isRead ? choice : null;
                return isRead;
            },
            value => value is { } choice ? kind.Format(choice) : "")
        { Words = kind.Words };
    }

    /// <summary>Some of these words, in the order in which they are declared, each once.</summary>
    public static ValueKind<EquatableArray<string>> WordList(params string[] words) => new(
        $"some of {string.Join(", ", words)}, separated by commas",
        (string text, out EquatableArray<string> value) =>
        {
            var given = text.Split(',', StringSplitOptions.TrimEntries);
            value = words.Where(given.Contains).ToEquatableArray();
            return given.All(words.Contains);
        },
        value => string.Join(',', value))
    { Words = words.ToEquatableArray() };

    private static string Digits(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static bool ParseCidrList(string text, out EquatableArray<Cidr> value)
    {
        var blocks = new List<Cidr>();
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Cidr.TryParse(item, out var block))
            {
                value = [];
                return false;
            }

            blocks.Add(block);
        }

        value = blocks.ToEquatableArray();
        return true;
    }

    private static readonly (string Name, long Milliseconds)[] Units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    private static ValueKind<TimeSpan?> DurationIn(string expected, string bareUnit) => new(
        expected,
        (string text, out TimeSpan? value) =>
        {
            var digits = text.TakeWhile(char.IsAsciiDigit).Count();
            var unit = digits == text.Length ? bareUnit : text[digits..];
            var factor = Array.Find(Units, known => known.Name == unit).Milliseconds;
            var isRead = digits is > 0 and <= 10 && factor > 0 && long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture) * factor is > 0 and <= int.MaxValue;
            value = isRead ? TimeSpan.FromMilliseconds(long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture) * factor) : null;
            return isRead;
        },
        FormatDuration);

    private static string FormatDuration(TimeSpan? value)
    {
        if (value is not { TotalMilliseconds: > 0 and var milliseconds })
        {
            return "";
        }

        var (unit, factor) = Array.Find(Units, known => (long)milliseconds % known.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{(long)milliseconds / factor}{unit}");
    }

    private static readonly (string Name, long Bytes)[] SizeUnits = [("g", 1 << 30), ("m", 1 << 20), ("k", 1 << 10), ("", 1)];

    private static bool ParseSize(string text, out long? value)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var unit = Array.Find(SizeUnits, known => string.Equals(known.Name, text[digits..], StringComparison.OrdinalIgnoreCase));
        var bytes = digits is > 0 and <= 12 && unit.Name is not null ? long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture) : -1;
        value = bytes >= 0 && bytes <= 1000 * SizeUnits[0].Bytes / unit.Bytes ? bytes * unit.Bytes : null;
        return value is not null;
    }

    private static string FormatSize(long? value)
    {
        if (value is not { } bytes)
        {
            return "";
        }

        var (unit, size) = Array.Find(SizeUnits, known => bytes % known.Bytes == 0 && (bytes > 0 || known.Bytes == 1));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
    }

    private static bool ParseObjectName(string text, out NamespacedName? value)
    {
        var parts = text.Split('/');
        var valid = parts.Length == 2 && KubernetesName.IsLabel(parts[0]) && KubernetesName.IsSubdomain(parts[1]);
        value = valid ? new NamespacedName(parts[0], parts[1]) : null;
        return valid;
    }

    private static bool ParseServicePort(string text, out ServicePortName? value)
    {
        var colon = text.LastIndexOf(':') is var last && last < 0 ? text.Length : last;
        var port = colon == text.Length ? "" : text[(colon + 1)..];
        var valid = colon == text.Length || KubernetesName.IsPort(port);
        value = valid && ParseObjectName(text[..colon], out var service) ? new ServicePortName(service!.Value, port) : null;
        return value is not null;
    }
}

/// <summary>A port of a Service, written <c>namespace/service:port</c>, or <c>namespace/service</c> with an empty port for its first one.</summary>
public readonly record struct ServicePortName(NamespacedName Service, string Port)
{
    public override string ToString() => Port.Length == 0 ? $"{Service}" : $"{Service}:{Port}";
}
