using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>How long things may take: SERVER|TUNNEL|CONNECT|QUEUE|CLIENT in milliseconds, each empty where it is not set.</summary>
internal sealed class BackendTimeouts() : RouteFeature("timeouts")
{
    public override FeatureData? Data(RoutePolicy policy) =>
        policy.Timeouts is { } timeouts
        ? new FeatureData(string.Join('|', new[] { timeouts.Server, timeouts.Tunnel, timeouts.Connect, timeouts.Queue, timeouts.Client }.Select(Milliseconds))) : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.timeouts) {ValueLookup(layout)} if {Asked}",
        Rule("client", 5, $"if {Asked}"),
    ];

    // Only a backend's rules may set them.
    public override IEnumerable<string> BackendRules(Layout layout) =>
    [
        Rule("server", 1, "if"),
        Rule("tunnel", 2, "if"),
        ".if version_atleast(3.4)",
        Rule("connect", 3, "if"),
        Rule("queue", 4, "if"),
        ".endif",
    ];

    private static string Rule(string timeout, int field, string condition) =>
        $"http-request set-timeout {timeout} var(txn.timeouts),field({field},|),add(0) {condition} {{ var(txn.timeouts),field({field},|) -m len gt 0 }}";

    private static string Milliseconds(TimeSpan? time) =>
        time is { } given ? ((long)given.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : "";
}
