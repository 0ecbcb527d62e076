using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// How large a body may be: BYTES|measure or BYTES|pass. One without a length is waited for; it is whole when it is shorter
/// than what was waited for, and HAProxy's buffer had room for more.
/// </summary>
internal sealed class BodySize() : RouteFeature("body")
{
    // Of the 16 kB of a buffer, 1 kB is kept free, and headers take up to 1 kB more than their text.
    private const int Awaited = 8 * 1024;
    private const int SurelyRoom = 12 * 1024;

    private const string Sized = "{ req.hdr(content-length) -m found }";
    private const string Measured = "{ var(txn.bodymeasured) -m bool }";

    public override FeatureData? Data(RoutePolicy policy) => policy.Body is { } limit
        ? new FeatureData(string.Create(CultureInfo.InvariantCulture, $"{limit.Bytes}|{(limit.PassesUnsized ? "pass" : "measure")}"))
        : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.body) {ValueLookup(layout)} if {Asked}",
        $"http-request set-var(txn.bodylimit) var(txn.body),field(1,|),add(0) if {Asked}",
        $"http-request return status 413 default-errorfiles if {Asked} {Sized} !{{ req.hdr(content-length),sub(txn.bodylimit) le 0 }}",

        // A WebSocket over HTTP/2 has no end; over HTTP/2 nobody else may send an Upgrade header.
        $"http-request set-var(txn.bodymeasured) bool(true) if {Asked} !{Sized} {{ req.hdr(transfer-encoding) -m found }}",
        $"http-request set-var(txn.bodymeasured) bool(true) if {Asked} !{Sized} {{ fc_http_major ge 2 }} !{{ req.hdr(upgrade) -m found }}",
        $"http-request set-var(txn.bodymeasured) bool(false) if {Measured} {{ var(txn.body),field(2,|) -m str pass }}",
        $"http-request wait-for-body time 10s at-least {Awaited} if {Measured}",
        $"http-request set-var(txn.bodyheaders) req.hdrs,length if {Measured}",
        $"http-request return status 413 default-errorfiles if {Measured} !{{ req.body_len,sub(txn.bodylimit) le 0 }}",
        $"http-request return status 413 default-errorfiles if {Measured} {{ req.body_len ge {Awaited} }}",
        $"http-request return status 413 default-errorfiles if {Measured} {{ req.body_len,add(txn.bodyheaders) ge {SurelyRoom} }}",
    ];
}
