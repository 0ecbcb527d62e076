using System.Collections.Immutable;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>
/// The namespaces that are read each on its own, and how far that is. One that we have no right to read must not keep the
/// others from being served; but if there is none that we can read, something is wrong with all of it, and whoever serves
/// already should not make room for us.
/// </summary>
internal static class SelectedNamespaces
{
    /// <summary>Whether all is read that belongs to no selected namespace.</summary>
    public static bool IsCommonRead(IEnumerable<Reflector> all) => all.Where(reflector => SpaceOf(reflector) is null).All(IsRead);

    /// <summary>Whether each namespace is read, or denied, and not all of them are denied.</summary>
    public static bool AreRead(IEnumerable<Reflector> all)
    {
        var spaces = BySpace(all).ToList();
        return spaces.TrueForAll(IsSettled) && (spaces.Count == 0 || spaces.Exists(space => space.All(IsRead)));
    }

    /// <summary>What there is to say about those that we have no right to read.</summary>
    public static ImmutableArray<Finding> Denied(IEnumerable<Reflector> all, TimeSpan longestRest) =>
    [
        .. BySpace(all).Where(IsSettled).Select(space => Denied(space.Key, [.. space.Where(reflector => reflector.Denied is not null)], longestRest))
            .OfType<Finding>().OrderBy(finding => finding.Object.Name),
    ];

    /// <summary>What is denied of namespaces of which something is given.</summary>
    public static IEnumerable<Reflector> PartlyDenied(IEnumerable<Reflector> all) =>
        BySpace(all).Where(space => space.Any(reflector => reflector.Denied is null)).SelectMany(space => space).Where(reflector => reflector.Denied is not null);

    private static Finding? Denied(string name, ImmutableArray<Reflector> denied, TimeSpan longestRest)
    {
        if (denied.IsEmpty)
        {
            return null;
        }

        // Whichever of them came first: the same words as long as the same is missing.
        var sorted = denied.Sort((one, other) => string.CompareOrdinal(one.Selection.Kind.Plural, other.Selection.Kind.Plural));
        var meanwhile = sorted.All(IsRead) ? "what was read of them before stays in force" : "what was not read before counts as not there";
        return new Finding(
            new ResourceRef(ApiKind.Namespace.Kind, new NamespacedName("", name)), "", FindingCode.NamespaceDenied,
            $"The controller may not read {string.Join(", ", sorted.Select(reflector => reflector.Selection.Kind.Plural))} of this namespace; {meanwhile}. "
            + $"It needs to list and watch them: is there a RoleBinding, and such a namespace? It is tried again, at least each {longestRest.TotalSeconds * 1.5:0} s. "
            + $"The API server says: {sorted[0].Denied}");
    }

    private static IEnumerable<IGrouping<string, Reflector>> BySpace(IEnumerable<Reflector> all) =>
        all.Where(reflector => SpaceOf(reflector) is not null).GroupBy(reflector => SpaceOf(reflector)!, StringComparer.Ordinal);

    private static bool IsSettled(IEnumerable<Reflector> space) => space.All(reflector => IsRead(reflector) || reflector.Denied is not null);

    private static bool IsRead(Reflector reflector) => reflector.Synced.IsCompleted;

    // The one ConfigMap that is read belongs to the controller, not to what it serves.
    private static string? SpaceOf(Reflector reflector) => reflector.Selection.Kind == ApiKind.ConfigMap ? null : reflector.Selection.Namespace;
}
