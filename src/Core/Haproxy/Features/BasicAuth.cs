using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Clients prove who they are by a name and a password: SET|REALM, the realm encoded. The agent knows the set, and says 1 where
/// it has the user with that password, 0 where not, and nothing where it cannot tell.
/// </summary>
internal sealed class BasicAuth() : RouteFeature("basic")
{
    private const string Answer = $"{AgentProgram.Prefix}{AgentProgram.Basic}";
    private const string Given = "{ var(txn.basicgiven) -m found }";

    public override Filter? Needs => Filter.Agent;

    public override FeatureData? Data(RoutePolicy policy) => policy.Authentication is Authentication.Basic basic
        ? new FeatureData(string.Create(CultureInfo.InvariantCulture, $"{basic.Users.Name}|{BinaryText.Of(basic.Realm)}"), DataSet.Of(basic.Users))
        : null;

    // Of two headers a pod might read the other one.
    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.basic) {ValueLookup(layout)} if {Asked}",
        $"http-request return status 503 default-errorfiles if {Asked} !{{ var(txn.basic) -m found }}",
        $"http-request set-var(txn.basicset) var(txn.basic),field(1,|) if {Asked}",
        $"http-request set-var(txn.basicrealm) var(txn.basic),field(2,|),b64dec if {Asked}",
        $"http-request set-var(txn.basicgiven) req.fhdr(authorization) if {Asked} {{ req.fhdr_cnt(authorization) eq 1 }}",
        AgentProgram.Ask(AgentProgram.Basic, $"{Asked} {Given}"),
        $"http-request return status 503 default-errorfiles if {Asked} {Given} !{{ var({Answer}) -m found }}",
        $"http-request set-var(txn.basicdenied) bool(true) if {Asked} !{{ var({Answer}) -m int 1 }}",
        $"http-request return status 401 default-errorfiles if {Asked} {{ var(txn.basicdenied) -m found }}",
    ];

    public override IEnumerable<string> ResponseRules(Layout layout) =>
    [
        """http-after-response set-header WWW-Authenticate 'Basic realm="%[var(txn.basicrealm)]", charset="UTF-8"' if { var(txn.basicdenied) -m found }""",
    ];
}
