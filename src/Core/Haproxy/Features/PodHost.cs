using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Pods see another Host.</summary>
internal sealed class PodHost() : RouteFeature("host")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.PodHost is { } host ? new FeatureData(BinaryText.Of(host)) : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.podhost) {ValueLookup(layout)},b64dec if {Asked}",
        $"http-request set-header Host %[var(txn.podhost)] if {Asked} {{ var(txn.podhost) -m len gt 0 }}",
    ];
}
