using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Requests are sent to another host: CODE|SCHEME|HOST, the scheme empty where that of the request stays.</summary>
internal sealed class RequestRedirect() : RouteFeature("redirect")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.Redirect is { } redirect
        ? new FeatureData(string.Create(CultureInfo.InvariantCulture, $"{redirect.Code}|{redirect.Scheme}|{redirect.Host}")) : null;

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
            .. HttpsRedirect.Codes.Select(code =>
                $"http-request redirect code {code} location %[var(txn.redirectscheme)]://%[var(txn.redirecthost)]%[pathq] "
                + $"if {Asked} {{ var(txn.redirect),field(1,|) -m str {code} }} !{{ var(txn.redirected) -m found }}"),
        ];
    }
}
