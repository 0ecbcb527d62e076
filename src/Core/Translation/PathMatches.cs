using System.Text.RegularExpressions;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>Reads the path of a rule as a match. Equal matches are equal values: <c>/a/</c> and <c>/a</c> as Prefix are one.</summary>
internal static class PathMatches
{
    public static bool TryParse(PathMatchKind kind, string text, out PathMatch match, out string expected)
    {
        match = default;
        if (kind == PathMatchKind.Regex)
        {
            expected = RegexSubset.Expected;
            match = new PathMatch(kind, text);
            return IsRegex(text);
        }

        if (!RoutePath.TryParse(text, out var path, out expected))
        {
            return false;
        }

        match = kind switch
        {
            PathMatchKind.Exact => new PathMatch(kind, path.Value),
            PathMatchKind.Begin when !path.Value.EndsWith('/') => new PathMatch(kind, path.Value),
            _ => new PathMatch(PathMatchKind.Prefix, path.Value.Length > 1 ? path.Value.TrimEnd('/') : path.Value),
        };
        return true;
    }

    /// <summary>Whether text that begins with '/' is a regular expression that HAProxy takes, too.</summary>
    public static bool IsRegex(string text)
    {
        if (!RegexSubset.Includes(text))
        {
            return false;
        }

        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
