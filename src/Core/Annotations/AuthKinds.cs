using System.Diagnostics.CodeAnalysis;
using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>How what authentication needs is written.</summary>
public static class AuthKinds
{
    private const int LongestRealm = 100;

    /// <summary>A Secret, of another namespace if one stands before it.</summary>
    public static ValueKind<ObjectReference?> Reference { get; } = new(
        "the name of a Secret, perhaps with its namespace and '/' before it",
        (string text, out ObjectReference? value) =>
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            var isRead = (slash < 0 || KubernetesName.IsLabel(text[..slash])) && KubernetesName.IsSubdomain(text[(slash + 1)..]);
            value = isRead ? new ObjectReference(slash < 0 ? null : text[..slash], text[(slash + 1)..]) : null;
            return isRead;
        },
        value => value?.ToString() ?? "");

    public static ValueKind<string> Method { get; } = Word("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    public static ValueKind<string> Realm { get; } = new(
        $"at most {LongestRealm} printable ASCII characters other than '\"' and '\\'",
        (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return text.Length is > 0 and <= LongestRealm && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.AsSpan().ContainsAny('"', '\\');
        },
        value => value);

    private static ValueKind<string> Word(params string[] words) => new(
        $"one of {string.Join(", ", words)}",
        (string text, [MaybeNullWhen(false)] out string value) => (value = Array.Find(words, word => word == text)) is not null,
        value => value);
}

/// <summary>An object of a namespace; without one, of the namespace of the object that names it.</summary>
public readonly record struct ObjectReference(string? Namespace, string Name)
{
    public NamespacedName In(string ownNamespace) => new(Namespace ?? ownNamespace, Name);

    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
