using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>How long a backend may take: SERVER|TUNNEL in milliseconds, each empty where it is not set.</summary>
internal sealed class BackendTimeouts() : RouteFeature("timeouts")
{
    public override FeatureData? Data(RoutePolicy policy) =>
        policy.Timeouts is { } timeouts ? new FeatureData($"{Milliseconds(timeouts.Server)}|{Milliseconds(timeouts.Tunnel)}") : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
        [$"http-request set-var(txn.timeouts) {ValueLookup(layout)} if {Asked}"];

    // Only a backend's rules may set them.
    public override IEnumerable<string> BackendRules(Layout layout) =>
    [
        "http-request set-timeout server var(txn.timeouts),field(1,|),add(0) if { var(txn.timeouts),field(1,|) -m len gt 0 }",
        "http-request set-timeout tunnel var(txn.timeouts),field(2,|),add(0) if { var(txn.timeouts),field(2,|) -m len gt 0 }",
    ];

    private static string Milliseconds(TimeSpan? time) =>
        time is { } given ? ((long)given.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : "";
}
