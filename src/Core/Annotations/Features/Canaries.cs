using System.Text.RegularExpressions;

namespace Sluice.Core.Annotations.Features;

/// <summary>Ingresses that take some of the requests of another one.</summary>
public static partial class Canaries
{
    private const string NameExpected = "a name of letters, digits, '.', '_' and '-', at most 64 of them";

    public static readonly Setting<bool> Canary = new Setting<bool>(
            "canary", Scopes.Ingress, Kinds.Bool, Fallback: false,
            "Whether this Ingress takes a part of the requests that another one of its namespace serves with the same host and path: those with the header of "
            + "canary-by-header, then with the cookie of canary-by-cookie, then the share of canary-weight. All else is as the other Ingress has it, sessions, too; how pods of the canary are used is as this one and their Service have it. While no pod of the canary is ready, "
            + "and while it is in maintenance, all requests go where they would without it.", "true")
        .AlsoKnownAs(Dialect.Nginx, "canary");

    public static readonly Setting<int> Weight = new Setting<int>(
            "canary-weight", Scopes.Ingress, Kinds.Number(0, 1_000_000), Fallback: 0,
            "How many requests of canary-weight-total go to the canary. They are taken evenly, and not by chance. A client with the cookie of cookie-persistence stays where it is, unless this leaves nothing there.", "5")
    { Needs = [Canary] }
        .AlsoKnownAs(Dialect.Nginx, "canary-weight");

    public static readonly Setting<int> WeightTotal = new Setting<int>(
            "canary-weight-total", Scopes.Ingress, Kinds.Number(1, 1_000_000), Fallback: 100,
            "Of how many requests canary-weight is a part.", "1000")
    { Needs = [Weight] }
        .AlsoKnownAs(Dialect.Nginx, "canary-weight-total");

    public static readonly Setting<string?> ByHeader = new Setting<string?>(
            "canary-by-header", Scopes.Ingress, Kinds.Text(NameExpected, text => Name().IsMatch(text)), Fallback: null,
            "A header whose value 'always' leads to the canary, and 'never' does not; with others the cookie and the weight decide.", "X-Canary")
    { Needs = [Canary] }
        .AlsoKnownAs(Dialect.Nginx, "canary-by-header");

    public static readonly Setting<string?> ByHeaderValue = new Setting<string?>(
            "canary-by-header-value", Scopes.Ingress,
            Kinds.Text("at most 256 printable ASCII characters other than quotes, '#' and '\\'", text => Printable().IsMatch(text)), Fallback: null,
            "The value of the header canary-by-header that leads to the canary, instead of 'always' and 'never'.", "beta")
    { Needs = [ByHeader] }
        .AlsoKnownAs(Dialect.Nginx, "canary-by-header-value");

    public static readonly Setting<string?> ByHeaderPattern = new Setting<string?>(
            "canary-by-header-pattern", Scopes.Ingress,
            Kinds.Text("a regular expression of at most 256 characters, without blanks, quotes, '#' and '\\'", text => Expression().IsMatch(text)), Fallback: null,
            "A regular expression that leads to the canary where it matches in the header canary-by-header, instead of 'always' and 'never'; canary-by-header-value goes before it.", "^(beta|gamma)-[0-9]+$")
    { Needs = [ByHeader] }
        .AlsoKnownAs(Dialect.Nginx, "canary-by-header-pattern");

    public static readonly Setting<string?> ByCookie = new Setting<string?>(
            "canary-by-cookie", Scopes.Ingress, Kinds.Text(NameExpected, text => Name().IsMatch(text)), Fallback: null,
            "A cookie whose value 'always' leads to the canary, and 'never' does not; with others the weight decides.", "canary")
    { Needs = [Canary] }
        .AlsoKnownAs(Dialect.Nginx, "canary-by-cookie");

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[!$-&(-\[\]-~]{1,256}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Expression();

    [GeneratedRegex(@"\A[ !$-&(-\[\]-~]{1,256}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Printable();
}
