using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// The agent gets a copy of a request, which it sends to another backend: BACKEND|PERCENT. A copy is of a request without a
/// body, or with one that fits a buffer and tells its length, so that none is cut off. Where the agent is away, there is none.
/// </summary>
internal sealed class Mirroring() : RouteFeature("mirror")
{
    private const int LargestBody = 8 * 1024;

    // Of a hundred, the step that fills the range most evenly.
    private const int All = 100;
    private const int Step = 61;

    private const string Copied = "{ var(txn.mirrored) -m bool }";
    private const string Sized = "{ req.hdr(content-length) -m found }";

    public override Filter? Needs => Filter.Agent;

    public override bool IsSparedWithoutFilter => true;

    public override FeatureData? Data(RoutePolicy policy) => policy.Mirror is { } mirror
        ? new FeatureData(string.Create(CultureInfo.InvariantCulture, $"{Names.Backend(mirror.Backend)}|{mirror.Percent}"))
        : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.mirror) {ValueLookup(layout)} if {Asked}",
        $"http-request set-var(txn.mirrorto) var(txn.mirror),field(1,|) if {Asked}",
        $"http-request set-var(txn.mirrorpercent) var(txn.mirror),field(2,|),add(0) if {Asked}",
        $"http-request set-var(txn.mirrordraw) var(proc.mirrordraw),add({Step}),mod({All}) if {Asked}",
        $"http-request set-var(proc.mirrordraw) var(txn.mirrordraw) if {Asked}",
        $"http-request set-var(txn.mirrored) bool(true) if {Asked} {{ var(txn.mirrordraw),sub(txn.mirrorpercent) lt 0 }} !{{ req.hdr(transfer-encoding) -m found }} !{{ req.hdr(upgrade) -m found }}",
        $"http-request set-var(txn.mirrored) bool(false) if {Copied} {Sized} !{{ req.hdr(content-length),sub({LargestBody}) le 0 }}",
        $"http-request set-var(txn.mirrored) bool(false) if {Copied} !{Sized} {{ fc_http_major ge 2 }} !{{ method GET HEAD OPTIONS DELETE }}",
        $"http-request wait-for-body time 10s at-least {LargestBody} if {Copied} {Sized}",
        AgentProgram.Ask(AgentProgram.Mirror, Copied),
    ];
}
