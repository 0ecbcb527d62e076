using System.Buffers;

namespace Sluice.Core.Values;

/// <summary>A ConfigMap as a setting names it, or one key of it.</summary>
/// <param name="Namespace">Its namespace; empty for that of the object that names it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Key">The key; empty for all of them.</param>
public sealed record ConfigMapPart(string Namespace, string Name, string Key)
{
    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>Reads <c>name</c>, <c>namespace/name</c> or <c>namespace/name/key</c>; null for anything else.</summary>
    public static ConfigMapPart? Parse(string text)
    {
        var part = text.Split('/') switch
        {
            [var name] => new ConfigMapPart("", name, ""),
            [var scope, var name] => new ConfigMapPart(scope, name, ""),
            [var scope, var name, var key] when IsKey(key) => new ConfigMapPart(scope, name, key),
            _ => null,
        };
        return part is not null && KubernetesName.IsSubdomain(part.Name) && (!text.Contains('/', StringComparison.Ordinal) || KubernetesName.IsLabel(part.Namespace)) ? part : null;
    }

    /// <summary>Whether it is a key that a ConfigMap can have.</summary>
    public static bool IsKey(string text) => text.Length is > 0 and <= 253 && !text.AsSpan().ContainsAnyExcept(KeyCharacters);

    /// <summary>The ConfigMap, where an object of this namespace names it.</summary>
    public NamespacedName From(string scope) => new(Namespace.Length > 0 ? Namespace : scope, Name);

    public override string ToString() => $"{(Namespace.Length > 0 ? Namespace + "/" : "")}{Name}{(Key.Length > 0 ? "/" + Key : "")}";
}
