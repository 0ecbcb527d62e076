namespace Sluice.Core.Values;

/// <summary>
/// Headers whose name is not that of another one, but becomes the same where all that is no letter and no digit becomes '_', as
/// in variables of CGI and WSGI.
/// </summary>
public static class HeaderTwins
{
    /// <summary>The names among these that are a twin's of one that is copied.</summary>
    /// <param name="copied">In lower case.</param>
    /// <param name="names">In lower case.</param>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<string> copied, IEnumerable<string> names) => copied.Count == 0
        ? []
        : [.. names.Where(name => copied.Any(one => IsTwin(one, name))).Distinct(StringComparer.Ordinal)];

    /// <summary>The twins of a name that have '_' for '-' or '-' for '_', in each way; of one with many of them only those with one kind alone.</summary>
    public static IEnumerable<string> Folded(string name)
    {
        const int MostSeparators = 3;
        int[] places = [.. name.Index().Where(letter => letter.Item is '-' or '_').Select(letter => letter.Index)];
        var most = (1 << Math.Min(places.Length, MostSeparators)) - 1;
        var ways = places.Length > MostSeparators ? [name.Replace('-', '_'), name.Replace('_', '-')]
            : Enumerable.Range(0, most + 1).Select(way => string.Concat(name.Select((letter, index) => Array.IndexOf(places, index) switch
            {
                < 0 => letter,
                var place => (way & (1 << place)) != 0 ? '_' : '-',
            })));
        return ways.Where(way => way != name);
    }

    private static bool IsTwin(string copied, string name) =>
        copied != name && copied.Length == name.Length && copied.Zip(name).All(pair => char.IsAsciiLetterOrDigit(pair.First) ? pair.First == pair.Second : !char.IsAsciiLetterOrDigit(pair.Second));
}
