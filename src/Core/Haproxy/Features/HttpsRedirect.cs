using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Requests over plain http are sent to https.</summary>
internal sealed class HttpsRedirect() : RouteFeature("https")
{
    /// <summary>The status codes that HAProxy redirects with (configuration manual, section 4.4, "redirect").</summary>
    public static readonly int[] Codes = [301, 302, 303, 307, 308];

    public override FeatureData? Data(RoutePolicy policy) =>
        policy.HttpsRedirect is { } code ? new FeatureData(code.ToString(CultureInfo.InvariantCulture)) : null;

    public override IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        if (scheme == "https")
        {
            return [];
        }

        var port = layout.PublicHttpsPort == 443 ? "" : $":{layout.PublicHttpsPort}";
        return
        [
            $"http-request set-var(txn.https) {ValueLookup(layout)} if {Asked}",
            .. Codes.Select(code =>
                $"http-request redirect code {code} location https://%[req.hdr(host),host_only]{port}%[pathq] if {Asked} {{ var(txn.https) -m str {code} }} !{OverHttps}"),
        ];
    }
}
