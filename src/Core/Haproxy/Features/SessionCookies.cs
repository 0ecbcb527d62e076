using System.Globalization;
using System.Text;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// The cookie that leads clients back to their pod has one name in all profiles; here it gets the name and the attributes
/// that clients know it by: NAME|ATTRIBUTES, the latter as they follow the value, without blanks.
/// </summary>
internal sealed class SessionCookies() : RouteFeature("session")
{
    /// <summary>The name of the cookie in profiles.</summary>
    public const string Cookie = "SLUICE";

    public override FeatureData? Data(RoutePolicy policy) =>
        policy.Session is { } cookie ? new FeatureData($"{cookie.Name}|{Attributes(cookie)}") : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.session) {ValueLookup(layout)} if {Asked}",
        $"http-request set-var(txn.sessionname) var(txn.session),field(1,|) if {Asked}",
        $"http-request set-var(txn.sessioncookies) req.fhdr(cookie) if {Asked}",
        $"http-request set-var(txn.sessionrenamed) {NamedValue.RenamedCookie("txn.sessionname", Cookie, "txn.sessioncookies")} if {Asked} {{ var(txn.sessioncookies) -m found }}",
        $$"""http-request set-header Cookie %[var(txn.sessionrenamed)] if {{Asked}} { var(txn.sessionrenamed) -m found } !{ var(txn.sessionrenamed) -m beg "\n" }""",
    ];

    public override IEnumerable<string> ResponseRules(Layout layout) =>
    [
        $$"""http-after-response replace-header Set-Cookie ^{{Cookie}}=([^;]*).* "%[var(txn.sessionname)]=\1%[var(txn.session),field(2,|),regsub(;,'; ',g)]" if {{Asked}} { var(txn.session) -m found }""",
    ];

    private static string Attributes(SessionCookie cookie)
    {
        var text = new StringBuilder($";Path={cookie.Path}");
        text.Append(cookie.Domain is { } domain ? $";Domain={domain}" : "");
        text.Append(cookie.MaxAge is { } age ? string.Create(CultureInfo.InvariantCulture, $";Max-Age={Math.Max(1, (long)age.TotalSeconds)}") : "");
        text.Append(cookie.SameSite is { } sites ? $";SameSite={sites}" : "");
        return text.Append(cookie.IsSecure ? ";Secure" : "").Append(cookie.IsHttpOnly ? ";HttpOnly" : "").ToString();
    }
}
