using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Clients bring a token: SET|REMOVED. The agent knows the set of keys and rules, and says 1 where the token is good, 0 where not, and
/// nothing where it cannot tell; where it is good, it gives headers for the request.
/// </summary>
internal sealed class TokenAuth() : RouteFeature("token")
{
    private const string Answer = $"{AgentProgram.Prefix}{AgentProgram.Token}";
    private const string Given = "{ var(txn.tokengiven) -m found }";
    private const string Headers = $"{AgentProgram.Prefix}claims";
    private const string Twins = $"{AgentProgram.Prefix}claimtwins";
    private const string Copying = "{ var(txn.token),field(2,|) -m len gt 0 }";
    private const string Denied = "{ var(txn.tokendenied) -m found }";

    public override Filter? Needs => Filter.Agent;

    public override FeatureData? Data(RoutePolicy policy) =>
        policy.Authentication is Authentication.Token token ? new FeatureData($"{token.Rules.Name}|{BinaryText.Of(token.Copied)}", DataSet.Of(token.Rules)) : null;

    // Of two headers a pod might read the other one.
    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.token) {ValueLookup(layout)} if {Asked}",
        $"http-request set-var(txn.tokenset) var(txn.token),field(1,|) if {Asked}",
        $"http-request return status 503 default-errorfiles if {Asked} !{{ var(txn.tokenset) -m found }}",
        $"http-request set-var(txn.tokengiven) req.fhdr(authorization) if {Asked} {{ req.fhdr_cnt(authorization) eq 1 }}",
        AgentProgram.Ask(AgentProgram.Token, $"{Asked} {Given}"),
        $"http-request return status 503 default-errorfiles if {Asked} {Given} !{{ var({Answer}) -m found }}",
        $"http-request set-var(txn.tokendenied) bool(true) if {Asked} !{{ var({Answer}) -m int 1 }}",
        $"http-request return status 401 default-errorfiles if {Asked} {Denied}",
        .. CopiedHeaders.Rules($"{Asked} {Copying}", "var(txn.token),field(2,|),b64dec", Headers, Twins, "txn.tokenupgrade"),
    ];

    // Who brought nothing is told no error (RFC 6750, section 3.1).
    public override IEnumerable<string> ResponseRules(Layout layout) =>
    [
        $"http-after-response set-header WWW-Authenticate Bearer if {Denied} !{Given}",
        $"""http-after-response set-header WWW-Authenticate 'Bearer error="invalid_token"' if {Denied} {Given}""",
    ];
}
