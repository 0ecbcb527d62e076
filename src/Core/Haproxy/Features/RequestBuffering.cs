using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Pods are asked when the body of the request is there, or the buffer is full: SECONDS. HAProxy wants to know in its
/// program how long it waits, so there is a rule for each time that can be chosen.
/// </summary>
internal sealed class RequestBuffering() : RouteFeature("buffering")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.Buffering is { } time ? new FeatureData(Seconds(time)) : null;

    // A WebSocket over HTTP/2 has a body without end; over HTTP/2 nobody else may send an Upgrade header.
    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.buffering) {ValueLookup(layout)} if {Asked} !{{ req.hdr(upgrade) -m found }}",
        .. BodyWait.Times.Select(Seconds).Select(time => $"http-request wait-for-body time {time}s if {Asked} {{ var(txn.buffering) -m str {time} }}"),
    ];

    private static string Seconds(TimeSpan time) => ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
