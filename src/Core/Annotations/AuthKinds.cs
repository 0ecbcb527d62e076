using System.Diagnostics.CodeAnalysis;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>How what authentication needs is written.</summary>
public static class AuthKinds
{
    private const int LongestRealm = 100;

    public static ValueKind<string> Method { get; } = Word("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    public static ValueKind<string> Realm { get; } = new(
        $"at most {LongestRealm} printable ASCII characters other than '\"' and '\\'",
        (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return text.Length is > 0 and <= LongestRealm && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.AsSpan().ContainsAny('"', '\\');
        },
        value => value);

    /// <summary>The same, with '-' for blanks.</summary>
    public static ValueKind<string> RealmWithoutBlanks { get; } = new(
        Realm.Expected,
        (string text, [MaybeNullWhen(false)] out string value) => Realm.Parse(text.Replace(' ', '-'), out value),
        value => value);

    private static ValueKind<string> Word(params string[] words) => new(
        $"one of {string.Join(", ", words)}",
        (string text, [MaybeNullWhen(false)] out string value) => (value = Array.Find(words, word => word == text)) is not null,
        value => value)
    { Words = words.ToEquatableArray() };
}
