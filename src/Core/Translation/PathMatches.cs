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
            expected = $"a regular expression that begins with '/', {RegexSubset.Form}";
            match = new PathMatch(kind, text);
            return text.StartsWith('/') && RegexSubset.Includes(text);
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
}
