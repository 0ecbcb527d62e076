using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Requests for exactly "/" are sent to the page of a site that is its first.</summary>
internal sealed class AppRoot() : RouteFeature("approot")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.AppRoot is { } page ? new FeatureData(BinaryText.Of(page)) : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.approot) {ValueLookup(layout)},b64dec if {Asked} {{ path / }}",
        $"http-request redirect code 302 location %[var(txn.approot)] if {Asked} {{ var(txn.approot) -m len gt 0 }}",
    ];
}
