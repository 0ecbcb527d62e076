using System.Globalization;
using Sluice.Core.Values;

namespace Sluice.Core.Credentials;

/// <summary>
/// How somebody else is asked whether a request may pass. Its text is what the agent reads: a line that says what it is,
/// then a word and its value in each line.
/// </summary>
/// <param name="Url">Where.</param>
/// <param name="Method">By which method.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="Copied">The headers of the answer that the request gets, in lower case.</param>
public sealed record AuthRequest(string Url, string Method, TimeSpan Timeout, EquatableArray<string> Copied)
{
    private const string Head = "request 1";

    public string ToText() => string.Join('\n',
        [
            Head, $"url {Url}", $"method {Method}", $"timeout {((long)Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}",
            .. Copied.Select(name => $"copy {name}"), "",
        ]);

    /// <summary>
    /// Whether the name of a header is not that of a copied one, but becomes the same where all that is no letter and no digit becomes
    /// '_', as in variables of CGI and WSGI.
    /// </summary>
    public bool IsTwin(string name) => Copied.Any(copied => copied != name && copied.Length == name.Length && copied.Zip(name).All(pair => IsSame(pair.First, pair.Second)));

    private static bool IsSame(char copied, char other) => char.IsAsciiLetterOrDigit(copied) ? char.ToLowerInvariant(other) == copied : !char.IsAsciiLetterOrDigit(other);

    /// <summary>Reads what <see cref="ToText"/> wrote; null if it is something else.</summary>
    public static AuthRequest? Parse(string text)
    {
        var lines = text.Split('\n');
        var values = lines.Skip(1).Select(line => line.Split(' ', 2)).Where(words => words.Length == 2).ToLookup(words => words[0], words => words[1], StringComparer.Ordinal);
        return lines[0] == Head && values["url"].FirstOrDefault() is { } url && values["method"].FirstOrDefault() is { } method
            && int.TryParse(values["timeout"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? new AuthRequest(url, method, TimeSpan.FromMilliseconds(milliseconds), values["copy"].ToEquatableArray())
            : null;
    }
}
