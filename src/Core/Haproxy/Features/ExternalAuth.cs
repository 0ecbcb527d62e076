using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Somebody else says whether a request may pass: SET|REMOVED|SIGNIN|BACK. The agent asks, and says 200, 401 or 403, or
/// nothing; with 200 it gives headers for the request, from which what the client sent of these names is removed first, and of names
/// that pods may take for the same. BACK is 1 where the URL that was asked for is added to that for signing in.
/// </summary>
internal sealed class ExternalAuth() : RouteFeature("external")
{
    private const string Parameter = "rd=";
    private const string Answer = $"{AgentProgram.Prefix}{AgentProgram.External}";
    private const string Challenge = $"{AgentProgram.Prefix}challenge";
    private const string Headers = $"{AgentProgram.Prefix}headers";
    private const string Twins = $"{AgentProgram.Prefix}twins";
    private const string Copying = "{ var(txn.external),field(2,|) -m len gt 0 }";

    public override Filter? Needs => Filter.Agent;

    public override FeatureData? Data(RoutePolicy policy)
    {
        if (policy.Authentication is not Authentication.External external)
        {
            return null;
        }

        var hasBack = external.SignIn is { } url && !url.Contains($"?{Parameter}", StringComparison.Ordinal) && !url.Contains($"&{Parameter}", StringComparison.Ordinal);
        var signIn = external.SignIn is { } place
            ? BinaryText.Of(hasBack ? $"{place}{(place.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Parameter}" : place) : "";
        return new FeatureData($"{external.Request.Name}|{BinaryText.Of(external.Copied)}|{signIn}|{(hasBack ? 1 : 0)}", DataSet.Of(external.Request));
    }

    public override IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        var unknown = $"if {Asked} {{ var({Answer}) -m int 401 }} {{ var(txn.external),field(3,|) -m len gt 0 }}";
        return
        [
            $"http-request set-var(txn.external) {ValueLookup(layout)} if {Asked}",
            $"http-request return status 503 default-errorfiles if {Asked} !{{ var(txn.external) -m found }}",
            $"http-request set-var(txn.externalset) var(txn.external),field(1,|) if {Asked}",
            AgentProgram.Ask(AgentProgram.External, Asked),
            $"http-request set-var(txn.externalsignin) var(txn.external),field(3,|),b64dec {unknown}",
            $"http-request set-var-fmt(txn.externalback) %[req.hdr(x-forwarded-proto)]://%[req.hdr(host)]%[pathq] {unknown}",
            $"http-request redirect code 302 location %[var(txn.externalsignin)]%[var(txn.externalback),url_enc] {unknown} {{ var(txn.external),field(4,|) -m str 1 }}",
            $"http-request redirect code 302 location %[var(txn.externalsignin)] {unknown}",
            $"http-request set-var(txn.externaldenied) bool(true) if {Asked} {{ var({Answer}) -m int 401 }}",
            $"http-request return status 401 default-errorfiles if {Asked} {{ var({Answer}) -m int 401 }}",
            $"http-request return status 403 default-errorfiles if {Asked} {{ var({Answer}) -m int 403 }}",
            $"http-request return status 503 default-errorfiles if {Asked} !{{ var({Answer}) -m int 200 }}",
            .. CopiedHeaders.Rules($"{Asked} {Copying}", "var(txn.external),field(2,|),b64dec", Headers, Twins, "txn.externalupgrade"),
        ];
    }

    public override IEnumerable<string> ResponseRules(Layout layout) =>
        [$"http-after-response set-header WWW-Authenticate %[var({Challenge})] if {{ var(txn.externaldenied) -m found }} {{ var({Challenge}) -m found }}"];
}
