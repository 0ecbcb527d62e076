using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>How many requests may be in progress at a time: OWNER|BY|HEADER|MOST|STATUS|RETRY, the last in seconds or empty. A request is counted before it is judged, so there are never more.</summary>
internal sealed class ConcurrencyLimiting() : RouteFeature("inprogress")
{
    private const string Refused = "{ var(txn.inprogressrefused) -m bool }";

    public override FeatureData? Data(RoutePolicy policy) => policy.Concurrency is { } limit
        ? new FeatureData(string.Create(CultureInfo.InvariantCulture, $"{Counts.KeyData(limit.Owner, limit.By)}|{limit.Most}|{limit.Status}|{Seconds(limit.RetryAfter)}"))
        : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.inprogress) {ValueLookup(layout)} if {Asked}",
        .. ClientAddress.Rules("txn.inprogressclient", Asked),
        .. Counts.KeyRules("inprogress", Asked),
        $"http-request track-sc2 var(txn.inprogresskey) table {Counts.InProgress} if {Asked}",
        $"http-request set-var(txn.inprogresslimit) var(txn.inprogress),field(4,|),add(0) if {Asked}",
        $"http-request set-var(txn.inprogressrefused) bool(true) if {Asked} !{{ sc_conn_cur(2),sub(txn.inprogresslimit) le 0 }}",
        .. Refusals.Rules("var(txn.inprogress),field(5,|)", Refused),
    ];

    public override IEnumerable<string> ResponseRules(Layout layout) =>
        [$"http-after-response set-header Retry-After %[var(txn.inprogress),field(6,|)] if {Refused} {{ var(txn.inprogress),field(6,|) -m len gt 0 }}"];

    private static string Seconds(TimeSpan? time) => time is { } given ? Math.Ceiling(given.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "";
}
