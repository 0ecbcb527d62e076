using Sluice.Core.Values;

namespace Sluice.Core.Annotations;

/// <summary>How objects are named that a value is read from.</summary>
public static class ReferenceKinds
{
    /// <summary>An object of the namespace of the one that names it, or of the one that is given.</summary>
    public static ValueKind<ObjectReference?> Secret { get; } = new(
        "the name of a Secret, perhaps with its namespace and '/' before it",
        (string text, out ObjectReference? value) =>
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            var (scope, name) = slash < 0 ? ("", text) : (text[..slash], text[(slash + 1)..]);
            var isRead = KubernetesName.IsSubdomain(name) && (slash < 0 || KubernetesName.IsLabel(scope));
            value = isRead ? new ObjectReference(scope, name) : null;
            return isRead;
        },
        value => value?.ToString() ?? "");
}

/// <summary>The name of an object; without a namespace it is in that of the object which names it.</summary>
public readonly record struct ObjectReference(string Namespace, string Name)
{
    /// <summary>The object, as seen from this namespace.</summary>
    public NamespacedName From(string scope) => new(Namespace.Length == 0 ? scope : Namespace, Name);

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
