namespace Sluice.Core.Credentials;

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

    private static bool IsTwin(string copied, string name) =>
        copied != name && copied.Length == name.Length && copied.Zip(name).All(pair => char.IsAsciiLetterOrDigit(pair.First) ? pair.First == pair.Second : !char.IsAsciiLetterOrDigit(pair.Second));
}
