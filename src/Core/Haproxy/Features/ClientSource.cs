using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// The client's address is what a header says, if who is connected is trusted: of its last line the last address of a list.
/// What is no address changes nothing.
/// </summary>
internal sealed class ClientSource() : RouteFeature("source")
{
    /// <summary>Holds where a trusted proxy is connected, also after the address was changed.</summary>
    public const string TrustedPeer = "txn.trustedpeer";

    public override FeatureData? Data(RoutePolicy policy) => policy.ClientHeader is { } name ? new FeatureData(name) : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        var trusted = $"{Asked} {{ var({TrustedPeer}) -m bool }}";

        // As everywhere, the name stands before the headers in which it is found; here the last one counts.
        const string Last = @"'regsub(""^\n([^\n]*)\n(?s:.*)\n\1:([^\r\n]*)\r?\n(?s:.*)$"",""=\2"",""i"")'";
        const string IsAddress = @"^=(.*,)?[ \t]*[0-9A-Fa-f.:]+[ \t]*$";
        const string Address = @"'regsub(""^=(?:.*,)?[ \t]*([0-9A-Fa-f.:]+)[ \t]*$"",""\1"")'";
        return
        [
            $"http-request set-var(txn.sourceheader) {ValueLookup(layout)} if {trusted}",
            $"http-request set-var(txn.sourceheaders) req.hdrs if {trusted}",
            $@"http-request set-var(txn.sourcefound) str(""\n""),concat(,txn.sourceheader,""\n\n""),concat(,txn.sourceheaders),{Last} if {trusted}",
            $"http-request set-var(txn.sourceaddress) var(txn.sourcefound),{Address} if {trusted} {{ var(txn.sourcefound) -m reg '{IsAddress}' }}",
            $"http-request set-src var(txn.sourceaddress) if {trusted} {{ var(txn.sourceaddress) -m found }}",
            $"http-request set-header X-Real-IP %[src] if {trusted} {{ var(txn.sourceaddress) -m found }}",
        ];
    }
}
