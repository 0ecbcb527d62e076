using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Requests are sent to another place: CODE|SCHEME|HOST|PATH|QUERY, the scheme and the path empty where those of the request
/// stay, path and query encoded. Of the query, nothing is that of the request, and <see cref="NoQuery"/> is none.
/// </summary>
internal sealed class RequestRedirect() : RouteFeature("redirect")
{
    private const string NoQuery = "-";
    private const string HasPath = "{ var(txn.redirectpath) -m found }";

    public override FeatureData? Data(RoutePolicy policy) => policy.Redirect is { } redirect
        ? new FeatureData(string.Create(
            CultureInfo.InvariantCulture, $"{redirect.Code}|{redirect.Scheme}|{redirect.Host}|{BinaryText.Of(redirect.Path)}|{Query(redirect)}")) : null;

    // What is there already is not sent there again.
    public override IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        IEnumerable<string> own = scheme == "https"
            ? [$"http-request set-var(txn.redirectfrom) str(https) if {Asked}"]
            : [$"http-request set-var(txn.redirectfrom) str(http) if {Asked}", $"http-request set-var(txn.redirectfrom) str(https) if {Asked} {OverHttps}"];
        var same = $"if {Asked} {{ var(txn.redirectscheme),strcmp(txn.redirectfrom) eq 0 }}";
        return
        [
            .. own,
            $"http-request set-var(txn.redirect) {ValueLookup(layout)} if {Asked}",
            $"http-request set-var(txn.redirecthost) var(txn.redirect),field(3,|) if {Asked}",
            $"http-request set-var(txn.redirectscheme) var(txn.redirectfrom) if {Asked}",
            $"http-request set-var(txn.redirectscheme) var(txn.redirect),field(2,|) if {Asked} {{ var(txn.redirect),field(2,|) -m len gt 0 }}",
            $"http-request set-var(txn.redirected) bool(true) {same} {{ req.hdr(host),lower,strcmp(txn.redirecthost) eq 0 }}",
            $"http-request set-var(txn.redirected) bool(true) {same} {{ req.hdr(host),host_only,lower,strcmp(txn.redirecthost) eq 0 }}",
            $"http-request set-var(txn.redirectpath) var(txn.redirect),field(4,|),b64dec if {Asked} {{ var(txn.redirect),field(4,|) -m len gt 0 }}",
            $"http-request unset-var(txn.redirected) if {Asked} {HasPath} !{{ path,strcmp(txn.redirectpath) eq 0 }}",
            $"http-request set-var(txn.redirectto) pathq if {Asked}",
            $"http-request set-var(txn.redirectto) var(txn.redirectpath) if {Asked} {HasPath}",
            $"http-request set-var-fmt(txn.redirectto) %[var(txn.redirectpath)]?%[query] if {Asked} {HasPath} {{ query -m len gt 0 }}",
            $"http-request set-var-fmt(txn.redirectto) %[var(txn.redirectpath)]%[var(txn.redirect),field(5,|),b64dec] if {Asked} {HasPath} {{ var(txn.redirect),field(5,|) -m len gt 0 }}",
            .. HttpsRedirect.Codes.Select(code =>
                $"http-request redirect code {code} location %[var(txn.redirectscheme)]://%[var(txn.redirecthost)]%[var(txn.redirectto)] "
                + $"if {Asked} {{ var(txn.redirect),field(1,|) -m str {code} }} !{{ var(txn.redirected) -m found }}"),
        ];
    }

    private static string Query(HostRedirect redirect) => redirect.Query switch
    {
        null => "",
        "" => NoQuery,
        var query => BinaryText.Of(query),
    };
}
