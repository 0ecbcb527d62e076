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

    /// <summary>The twins of a name that have '_' for '-', in each way; of one with many '-' only that with none left.</summary>
    public static IEnumerable<string> Underscored(string name)
    {
        const int MostDashes = 3;
        int[] dashes = [.. name.Index().Where(letter => letter.Item == '-').Select(letter => letter.Index)];
        return dashes.Length == 0 ? []
            : dashes.Length > MostDashes ? [name.Replace('-', '_')]
            : Enumerable.Range(1, (1 << dashes.Length) - 1).Select(ways => string.Concat(name.Select((letter, index) => Array.IndexOf(dashes, index) is >= 0 and var dash && (ways & (1 << dash)) != 0 ? '_' : letter)));
    }

    private static bool IsTwin(string copied, string name) =>
        copied != name && copied.Length == name.Length && copied.Zip(name).All(pair => char.IsAsciiLetterOrDigit(pair.First) ? pair.First == pair.Second : !char.IsAsciiLetterOrDigit(pair.Second));
}
