using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Browsers are told to come over https only. A response over http must not say it (RFC 6797, section 7.2).</summary>
internal sealed class Hsts() : RouteFeature("hsts")
{
    public override FeatureData? Data(RoutePolicy policy) =>
        policy.StrictTransport is { } strict ? new FeatureData(BinaryText.Of(string.Create(CultureInfo.InvariantCulture,
            $"max-age={strict.MaxAge}{(strict.IncludesSubdomains ? "; includeSubDomains" : "")}{(strict.Preload ? "; preload" : "")}"))) : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
        [$"http-request set-var(txn.hsts) {ValueLookup(layout)},b64dec if {Asked}{(scheme == "https" ? "" : $" {OverHttps}")}"];

    public override IEnumerable<string> ResponseRules(Layout layout) =>
        ["http-after-response set-header Strict-Transport-Security %[var(txn.hsts)] if { var(txn.hsts) -m len gt 0 }"];
}
