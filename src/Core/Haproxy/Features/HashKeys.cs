using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// What the backend hashes to choose a pod: SOURCE|NAME. A request that has no such header, cookie or parameter leaves the
/// variable unset, and HAProxy takes one pod after the other (configuration manual, "balance hash").
/// </summary>
internal sealed class HashKeys() : RouteFeature("hash")
{
    /// <summary>What profiles with a hash balance by.</summary>
    public const string Variable = "txn.hash";

    public override FeatureData? Data(RoutePolicy policy) =>
        policy.HashKey is { } key ? new FeatureData($"{Word(key.Source)}|{key.Name}") : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.hashkey) {ValueLookup(layout)} if {Asked}",
        $"http-request set-var({Variable}) src if {Asked} {Is(HashSource.Source)}",
        $"http-request set-var({Variable}) path if {Asked} {Is(HashSource.Uri)}",
        $"http-request set-var(txn.hashname) var(txn.hashkey),field(2,|) if {Asked}",
        $"http-request set-var(txn.hashtext) req.hdrs if {Asked} {Is(HashSource.Header)}",
        $"http-request set-var(txn.hashtext) req.fhdr(cookie) if {Asked} {Is(HashSource.Cookie)}",
        $"http-request set-var(txn.hashtext) query if {Asked} {Is(HashSource.Query)}",
        $"http-request set-var(txn.hashvalue) {NamedValue.Header("txn.hashname", "txn.hashtext")} if {Asked} {Is(HashSource.Header)}",
        $"http-request set-var(txn.hashvalue) {NamedValue.Cookie("txn.hashname", "txn.hashtext")} if {Asked} {Is(HashSource.Cookie)}",
        $"http-request set-var(txn.hashvalue) {NamedValue.Parameter("txn.hashname", "txn.hashtext")} if {Asked} {Is(HashSource.Query)}",
        $"http-request set-var({Variable}) var(txn.hashvalue) if {Asked} {{ var(txn.hashvalue) -m beg {NamedValue.Found} }}",
    ];

    private static string Is(HashSource source) => $"{{ var(txn.hashkey) -m beg {Word(source)}| }}";

    private static string Word(HashSource source) => source switch
    {
        HashSource.Source => "source",
        HashSource.Uri => "uri",
        HashSource.Header => "header",
        HashSource.Cookie => "cookie",
        _ => "query",
    };
}
