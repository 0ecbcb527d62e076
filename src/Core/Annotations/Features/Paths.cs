using Sluice.Core.Model;

namespace Sluice.Core.Annotations.Features;

/// <summary>How paths are compared.</summary>
public static class Paths
{
    public static readonly Setting<PathMatchKind> PathType = new Setting<PathMatchKind>(
            "path-type", Scopes.Ingress,
            Kinds.OneOf(
                ("begin", PathMatchKind.Begin), ("prefix", PathMatchKind.Prefix), ("exact", PathMatchKind.Exact), ("regex", PathMatchKind.Regex)),
            Fallback: PathMatchKind.Begin,
            "How paths of pathType ImplementationSpecific are compared: by the characters they begin with, by path elements, as a whole, "
            + "or as a regular expression from the start of the path.",
            "regex")
        .AlsoKnownAs(Dialect.HaproxyIngress, "path-type");
}
