using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// How many requests may come in a time: OWNER|BY|HEADER|LIMIT|PERIOD|STATUS|EXEMPT|LONGLIMIT|LONGPERIOD|RETRY. What is let
/// through is counted after it was judged, so that a client who asks too often is not shut out for longer. Each request
/// counts two: HAProxy keeps a rate of one for a whole further period, which would make a limit of one half as much.
/// </summary>
internal sealed class RateLimiting() : RouteFeature("rate")
{
    private const int Unit = 2;
    private const string NoList = "none";
    private const string Rated = "{ var(txn.rated) -m bool }";
    private const string Limited = "{ var(txn.ratelimited) -m bool }";

    public override FeatureData? Data(RoutePolicy policy)
    {
        if (policy.Rate is not { } limit)
        {
            return null;
        }

        var exempt = limit.Exempt is { } list ? ClientAddress.List(list) : null;
        var longer = Counts.Longer(limit.Period);
        var evened = limit.Burst > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)(Unit * limit.Requests * (longer / limit.Period))}|{Counts.Text(longer)}")
            : "|";
        var value = string.Create(
            CultureInfo.InvariantCulture,
            $"{Counts.KeyData(limit.Owner, limit.By)}|{Unit * (limit.Requests + limit.Burst)}|{Counts.Text(limit.Period)}|{limit.Status}|{exempt?.Name ?? NoList}|{evened}|{Math.Ceiling(limit.Period.TotalSeconds)}");
        return new FeatureData(value, [.. new[] { exempt }.OfType<DataSet>()]);
    }

    public override IEnumerable<string> RequestRules(string scheme, GlobalPolicy policy, Layout layout)
    {
        var isBurst = $"{Rated} {{ var(txn.rate),field(8,|) -m len gt 0 }}";
        return
        [
            $"http-request set-var(txn.rate) {ValueLookup(layout)} if {Asked}",
            $"http-request set-var(txn.rated) bool(true) if {Asked}",
            .. ClientAddress.Rules("txn.rateclient", Asked),
            $"http-request set-var(txn.rated) bool(false) if {Asked} {{ var(txn.rate),field(7,|),concat(:,txn.rateclient),map_beg({MapFile(layout, MapName.Addresses)}) -m found }}",
            .. Counts.KeyRules("rate", Rated),
            .. Counts.Windows(policy).Select(period => $"http-request track-sc0 var(txn.ratekey) table {Counts.Table(period, layout.PeerAddress)} if {Rated} {{ var(txn.rate),field(5,|) -m str {period} }}"),
            .. Counts.Windows(policy).Select(period => $"http-request track-sc1 var(txn.ratekey) table {Counts.Table(period, layout.PeerAddress)} if {Rated} {{ var(txn.rate),field(9,|) -m str {period} }}"),
            $"http-request set-var(txn.ratenow) sc_gpc_rate(0,0) if {Rated}",
            $"http-request set-var(txn.ratelongnow) sc_gpc_rate(0,1) if {isBurst}",
            .. Closed.Rules($"{Rated} !{{ var(txn.ratenow) -m found }}"),
            .. Closed.Rules($"{isBurst} !{{ var(txn.ratelongnow) -m found }}"),
            .. policy.Peers.SelectMany(peer => OfPeer(policy, peer, "ratenow", 5).Concat(OfPeer(policy, peer, "ratelongnow", 9))),
            $"http-request set-var(txn.ratelimit) var(txn.rate),field(4,|),add(0) if {Rated}",
            $"http-request set-var(txn.ratelong) var(txn.rate),field(8,|),add(0) if {isBurst}",
            $"http-request set-var(txn.ratelimited) bool(true) if {Rated} !{{ var(txn.ratenow),sub(txn.ratelimit) lt 0 }}",
            $"http-request set-var(txn.ratelimited) bool(true) if {isBurst} !{{ var(txn.ratelongnow),sub(txn.ratelong) lt 0 }}",
            $"http-request sc-add-gpc(0,0) {Unit} if {Rated} !{Limited}",
            $"http-request sc-add-gpc(0,1) {Unit} if {isBurst} !{Limited}",
            .. Refusals.Rules("var(txn.rate),field(6,|)", Limited),
        ];
    }

    // What another replica counted is added to the sum; the field of the feature's value names the period.
    private static IEnumerable<string> OfPeer(GlobalPolicy policy, Endpoint peer, string sum, int field) => Counts.Windows(policy).Select(period =>
        $"http-request set-var(txn.{sum}) var(txn.ratekey),table_gpc_rate(0,{Counts.Table(period, peer)}),add(txn.{sum}) if {Rated} {{ var(txn.rate),field({field},|) -m str {period} }}");

    public override IEnumerable<string> ResponseRules(Layout layout) =>
        [$"http-after-response set-header Retry-After %[var(txn.rate),field(10,|)] if {Limited} {{ var(txn.rate) -m found }}"];
}
