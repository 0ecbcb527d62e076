using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>Requests over plain http are sent to https: CODE|PORT, the port with the ':' before it, or empty for the usual one.</summary>
internal sealed class HttpsRedirect() : RouteFeature("https")
{
    /// <summary>The status codes that HAProxy redirects with (configuration manual, section 4.4, "redirect").</summary>
    public static readonly int[] Codes = [301, 302, 303, 307, 308];

    public override FeatureData? Data(RoutePolicy policy) =>
        policy.HttpsRedirect is { } redirect ? new FeatureData(string.Create(CultureInfo.InvariantCulture, $"{redirect.Code}|{(redirect.Port is { } port ? $":{port}" : "")}")) : null;

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
            .. port.Length == 0 ? Array.Empty<string>() : [$"http-request set-var(txn.httpsport) str({port}) if {Asked}"],
            $"http-request set-var(txn.httpsport) var(txn.https),field(2,|) if {Asked} {{ var(txn.https),field(2,|) -m len gt 0 }}",
            .. Codes.Select(code =>
                $"http-request redirect code {code} location https://%[req.hdr(host),host_only]%[var(txn.httpsport)]%[pathq] if {Asked} {{ var(txn.https),field(1,|) -m str {code} }} !{OverHttps}"),
        ];
    }
}
