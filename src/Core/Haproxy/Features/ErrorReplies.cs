using System.Globalization;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// What errors look like: PAGES|STATUSES, the name of a set of pages (empty for the pages of all routes) and the statuses of
/// pods that are replaced, each between commas. A page is looked up where HAProxy writes the answer, so that whatever refuses
/// a request gets it, also HAProxy itself.
/// </summary>
internal sealed class ErrorReplies() : RouteFeature("errors")
{
    /// <summary>The key whose value is the set of pages for all routes that have none of their own.</summary>
    public const string ForAll = "all";

    private const string KindKey = "type";

    public override FeatureData? Data(RoutePolicy policy)
    {
        if (policy.Errors is not { } errors)
        {
            return null;
        }

        var pages = errors.Pages is { } own ? Set(own) : null;
        return new FeatureData($"{pages?.Name}|{string.Concat(errors.Intercepted.Select(status => $",{status}"))},", [.. new[] { pages }.OfType<DataSet>()]);
    }

    /// <summary>The pages as entries: bodies in base64 by their status, and what they are if not HTML.</summary>
    public static DataSet Set(SharedList<ErrorPage> pages) => DataSet.Of(MapName.Pages, pages.Digest, () => pages.Items.SelectMany(page => new[]
    {
        (page.Status.ToString(CultureInfo.InvariantCulture), BinaryText.Of(page.Body)), ($"{page.Status}{KindKey}", page.ContentType.Length > 0 ? BinaryText.Of(page.ContentType) : ""),
    }).Where(entry => entry.Item2.Length > 0));

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.errors) {ValueLookup(layout)} if {Asked}",
        $"http-request set-var(txn.pages) var(txn.errors),field(1,|) if {Asked} {{ var(txn.errors),field(1,|) -m len gt 0 }}",
    ];

    // What a client must know to come again.
    public override IEnumerable<string> PodResponseRules(Layout layout) =>
    [
        $"http-response set-var(txn.errorchallenge) res.fhdr(www-authenticate) if {Asked} {{ status 401 }}",
        $"http-response set-var(txn.errorretry) res.fhdr(retry-after) if {Asked} {{ status 429 503 }}",
        .. ErrorPage.Statuses.Select(status => $"http-response return status {status} default-errorfiles if {Asked} {{ status {status} }} {{ var(txn.errors),field(2,|) -m sub ,{status}, }}"),
    ];

    public override IEnumerable<string> ResponseRules(Layout layout) =>
    [
        "http-after-response set-header Content-Type %[var(txn.pagetype)] if { var(txn.pagetype) -m found }",
        "http-after-response set-header WWW-Authenticate %[var(txn.errorchallenge)] if { var(txn.errorchallenge) -m found } { status 401 }",
        "http-after-response set-header Retry-After %[var(txn.errorretry)] if { var(txn.errorretry) -m found } { status 429 503 }",
    ];

    /// <summary>
    /// The body of an answer as a log format: the page that there is for the status, else our own with the request's id. Each
    /// part gives no text but what it is there for, and the variables that the next ones ask for; what is not found is empty.
    /// </summary>
    /// <param name="status">The status.</param>
    /// <param name="own">Our own page, up to the id.</param>
    /// <param name="flag">The flag of this feature, by which the rules for responses see what was found.</param>
    /// <param name="layout">Where things lie.</param>
    public static string Body(int status, string own, long flag, Layout layout)
    {
        const string Silent = "bool,iif(,)";
        var map = MapFile(layout, MapName.Pages);
        var page = $"var(txn.pages,-),concat(:{status}),map_str({map}";
        var isOwn = $"{page},0),length,sub(1),bool";
        return string.Concat(
            $"%[str({ForAll}),map_str({map}),set-var(txn.pages,ifnotexists),length,{Silent}]",
            $"%[{page}),b64dec]",
            $"%[var(txn.pages),concat(:{status}{KindKey}),map_str({map}),b64dec,set-var(txn.pagetype),length,{Silent}]",

            // A route without flags has no rules for responses, unless it gets this one here.
            $"%[var(txn.pagetype),length,mul(0),set-var(txn.flags,ifnotexists),{Silent}]",
            $"%[var(txn.flags),or({flag.ToString(CultureInfo.InvariantCulture)}),set-var(txn.flags),{Silent}]",
            $"%[{isOwn},iif(,{BinaryText.Of(own)}),b64dec]",
            $"%[{isOwn},iif(0,64),add(0),set-var(txn.pageid),{Silent}]",
            "%[unique-id,bytes(0,txn.pageid)]");
    }
}
