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
}

/// <summary>The kinds of values that settings have.</summary>
public static class Kinds
{
    public static ValueKind<bool> Bool { get; } = new(
        "true or false",
        (string text, out bool value) => (value = text == "true") || text == "false",
        value => value ? "true" : "false");

    /// <summary>A whole number, written in the one usual way.</summary>
    public static ValueKind<int> Number(int least, int most) => new(
        $"a number from {Digits(least)} to {Digits(most)}",
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most && text == Digits(value),
        Digits);

    public static ValueKind<EquatableArray<Cidr>> CidrList { get; } = new(
        "addresses or blocks such as 10.0.0.0/8, separated by commas",
        ParseCidrList,
        value => string.Join(',', value));

    public static ValueKind<NamespacedName?> ObjectName { get; } = new(
        "namespace/name",
        (string text, out NamespacedName? value) => ParseObjectName(text, out value),
        value => value?.ToString() ?? "");

    public static ValueKind<ServicePortName?> ServicePort { get; } = new(
        "namespace/service:port",
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
            value => choices.First(choice => choice.Value.Equals(value)).Text);

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

    private static bool ParseObjectName(string text, out NamespacedName? value)
    {
        var parts = text.Split('/');
        var valid = parts.Length == 2 && KubernetesName.IsLabel(parts[0]) && KubernetesName.IsSubdomain(parts[1]);
        value = valid ? new NamespacedName(parts[0], parts[1]) : null;
        return valid;
    }

    private static bool ParseServicePort(string text, out ServicePortName? value)
    {
        var colon = text.LastIndexOf(':');
        var port = text[(colon + 1)..];
        var valid = colon > 0
            && (int.TryParse(port, out var number) ? number is > 0 and < 65536 && port == $"{number}" : KubernetesName.IsLabel(port));
        value = valid && ParseObjectName(text[..colon], out var service) ? new ServicePortName(service!.Value, port) : null;
        return value is not null;
    }
}

/// <summary>A port of a Service, written <c>namespace/service:port</c>.</summary>
public readonly record struct ServicePortName(NamespacedName Service, string Port)
{
    public override string ToString() => $"{Service}:{Port}";
}
