using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>A site that is down for a while: its message, empty for our own page.</summary>
internal sealed class InMaintenance() : RouteFeature("maintenance")
{
    public override FeatureData? Data(RoutePolicy policy) => policy.Maintenance switch
    {
        null => null,
        { Message: "" } => new FeatureData(),
        { Message: var message } => new FeatureData(BinaryText.Of(message)),
    };

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.maintenance) {ValueLookup(layout)},b64dec if {Asked}",
        $"http-request return status 503 content-type 'text/plain; charset=utf-8' lf-string %[var(txn.maintenance)] if {Asked} {{ var(txn.maintenance) -m len gt 0 }}",
        $"http-request return status 503 default-errorfiles if {Asked}",
    ];

    public override IEnumerable<string> ResponseRules(Layout layout) =>
        [$"http-after-response set-header Retry-After 60 if {Asked} {{ status 503 }}"];
}
