using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// The cookie that leads clients back to their pod has one name in all profiles; here it gets the name and the attributes
/// that clients know it by: NAME|ATTRIBUTES, the latter as they follow the value, without blanks.
/// </summary>
internal sealed class SessionCookies() : RouteFeature("session")
{
    /// <summary>The name of the cookie in profiles.</summary>
    public const string Cookie = "SLUICE";

    /// <summary>The variable with the mark of the Service at which a client has a session.</summary>
    public const string At = "txn.sessionat";

    private const int DigitsOfMark = 6;
    private const int Digits = 16;

    /// <summary>What the cookie is of a server of a Service: the Service's mark, and a hash. A replica, and the next HAProxy, must know it, and clients need not see the address in it.</summary>
    public static string Value(NamespacedName service, string server) => (Mark(service) + Hash($"session {server}"))[..Digits];

    /// <summary>What the cookies of all servers of a Service begin with.</summary>
    public static string Mark(NamespacedName service) => Hash($"service {service}")[..DigitsOfMark];

    public override FeatureData? Data(RoutePolicy policy) =>
        policy.Session is { } cookie ? new FeatureData($"{cookie.Name}|{Attributes(cookie)}") : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.session) {ValueLookup(layout)} if {Asked}",
        $"http-request set-var(txn.sessionname) var(txn.session),field(1,|) if {Asked}",
        $"http-request set-var(txn.sessioncookies) req.fhdr(cookie) if {Asked}",
        $"http-request set-var(txn.sessionrenamed) {NamedValue.RenamedCookie("txn.sessionname", Cookie, "txn.sessioncookies")} if {Asked} {{ var(txn.sessioncookies) -m found }}",
        $$"""http-request set-header Cookie %[var(txn.sessionrenamed)] if {{Asked}} { var(txn.sessionrenamed) -m found } !{ var(txn.sessionrenamed) -m beg "\n" }""",
        $"http-request set-var({At}) req.cook({Cookie}),bytes(0,{DigitsOfMark}) if {Asked} {{ req.cook({Cookie}) -m len {Digits} }}",
    ];

    public override IEnumerable<string> ResponseRules(Layout layout) =>
    [
        $$"""http-after-response replace-header Set-Cookie ^{{Cookie}}=([^;]*).* "%[var(txn.sessionname)]=\1%[var(txn.session),field(2,|),regsub(;,'; ',g)]" if {{Asked}} { var(txn.session) -m found }""",
    ];

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static string Attributes(SessionCookie cookie)
    {
        var text = new StringBuilder($";Path={cookie.Path}");
        text.Append(cookie.Domain is { } domain ? $";Domain={domain}" : "");
        text.Append(cookie.MaxAge is { } age ? string.Create(CultureInfo.InvariantCulture, $";Max-Age={Math.Max(1, (long)age.TotalSeconds)}") : "");
        text.Append(cookie.SameSite is { } sites ? $";SameSite={sites}" : "");
        return text.Append(cookie.IsSecure ? ";Secure" : "").Append(cookie.IsHttpOnly ? ";HttpOnly" : "").ToString();
    }
}
