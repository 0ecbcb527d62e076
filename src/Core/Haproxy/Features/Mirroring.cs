using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// The agent gets a copy of a request, which it sends to another backend: BACKEND|PERCENT. A copy is of a request without a
/// body, or with one that fits a buffer, tells its length and is there at once, so that none is cut off and no request
/// waits for its copy. Where the agent is away, there is none.
/// </summary>
internal sealed class Mirroring() : RouteFeature("mirror")
{
    private const int LargestBody = 8 * 1024;

    // Of a hundred, the step that fills the range most evenly.
    private const int All = 100;
    private const int Step = 61;

    private const string Copied = "{ var(txn.mirrored) -m bool }";
    private const string Sized = "{ req.hdr(content-length) -m found }";
    private const string Whole = "{ req.body_len,sub(txn.mirrorlength) ge 0 }";

    // Clients often send a body in a packet of its own, behind the one of the head. "wait-for-body" would answer 408 to those
    // who take longer. A pause does not end when the body comes, so that there are several.
    private static readonly int[] Pauses = [1, 2, 4, 8];

    public override Filter? Needs => Filter.Mirror;

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
        $"http-request set-var(txn.mirrorlength) req.hdr(content-length),add(0) if {Copied} {Sized}",
        $"http-request set-var(txn.mirrored) bool(false) if {Copied} {Sized} !{{ var(txn.mirrorlength),sub({LargestBody}) le 0 }}",
        $"http-request set-var(txn.mirrored) bool(false) if {Copied} !{Sized} {{ fc_http_major ge 2 }} !{{ method GET HEAD OPTIONS DELETE }}",
        ".if version_atleast(3.2)",
        .. Pauses.Select(time => $"http-request pause {time}ms if {Copied} {Sized} !{Whole} !{{ req.hdr(expect) -m found }}"),
        ".endif",
        $"http-request set-var(txn.mirrored) bool(false) if {Copied} {Sized} !{Whole}",
        AgentProgram.Ask(AgentProgram.Mirror, Copied),
    ];
}
