using Sluice.Core.Annotations.Features;

namespace Sluice.Core.Annotations;

/// <summary>Every setting there is. The reference page, the checks and the tests over all settings read this list.</summary>
public static class SettingCatalog
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Globals.AllowCrossNamespace, Globals.DefaultBackend, Globals.DefaultCertificate, Globals.MaxConnections, Paths.PathType, Globals.ServerHeader, Redirects.SslRedirect, Globals.TrustedProxies,
    ];

    /// <summary>The setting of this name in this scope, or null.</summary>
    public static Setting? Find(string name, Scopes scope) =>
        All.FirstOrDefault(setting => setting.Name == name && setting.Scopes.HasFlag(scope));

    /// <summary>The name of a setting in this scope that <paramref name="name"/> may be a slip of; null if none is near.</summary>
    public static string? Nearest(string name, Scopes scope) =>
        All.Where(setting => setting.Scopes.HasFlag(scope))
            .Select(setting => (setting.Name, Distance: Distance(name, setting.Name)))
            .Where(candidate => candidate.Distance <= 3)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();

    // Levenshtein: the number of single-character edits between two names.
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 3)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
