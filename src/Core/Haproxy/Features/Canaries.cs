using System.Globalization;
using System.Text;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Some requests go to another backend: BACKEND|SHARE|HEADER|VALUE|COOKIE|PATTERN|MARK. The share is out of <see cref="EvenDraw.All"/>; the value
/// is encoded, with the '=' before it that what is found has; the pattern is the name of a set, and matches from the
/// beginning of a line on, so that what stands before it in what is looked up does not count. A client with a session stays
/// where its cookie says, as far as the share leaves a place for it there.
/// </summary>
internal sealed class Canaries() : RouteFeature("canary")
{
    /// <summary>The name of what is drawn.</summary>
    public const string Draw = "canarydraw";

    /// <summary>The variable that says that a request goes to a canary.</summary>
    public const string Taken = "txn.canarytook";

    public override FeatureData? Data(RoutePolicy policy)
    {
        if (policy.Canary is not { } canary)
        {
            return null;
        }

        var share = (EvenDraw.All * canary.Rules.Weight / canary.Rules.Total).ToString(CultureInfo.InvariantCulture);
        var value = canary.Rules.HeaderValue is { } wanted ? Convert.ToBase64String(Encoding.ASCII.GetBytes(NamedValue.Found + wanted)) : "";
        var pattern = canary.Rules.HeaderPattern is { } expression ? DataSet.Of(MapName.Patterns, [($@"\n(?m:.*?(?:{expression}))", "1")]) : null;
        return new FeatureData(
            $"{Names.Backend(canary.Backend)}|{share}|{canary.Rules.Header}|{value}|{canary.Rules.Cookie}|{pattern?.Name}|{SessionCookies.Mark(canary.Backend.Service)}", pattern is null ? [] : [pattern]);
    }

    public override IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        const string Header = "{ var(txn.canaryheader) -m len gt 0 }";
        const string Value = "{ var(txn.canaryvalue) -m len gt 0 }";
        const string Pattern = "{ var(txn.canarypattern) -m len gt 0 }";
        const string Cookie = "{ var(txn.canarycookie) -m len gt 0 }";
        const string Undecided = "!{ var(txn.canarysays) -m found }";
        return
        [
            $"http-request set-var(txn.canary) {ValueLookup(layout)} if {Asked}",
            $"http-request set-var(txn.canaryto) var(txn.canary),field(1,|) if {Asked}",
            $"http-request set-var(txn.canaryheader) var(txn.canary),field(3,|) if {Asked}",
            $"http-request set-var(txn.canaryvalue) var(txn.canary),field(4,|),b64dec if {Asked}",
            $"http-request set-var(txn.canarycookie) var(txn.canary),field(5,|) if {Asked}",
            $"http-request set-var(txn.canaryheaders) req.hdrs if {Asked} {Header}",
            $"http-request set-var(txn.canaryseen) {NamedValue.Header("txn.canaryheader", "txn.canaryheaders")} if {Asked} {Header}",
            $"http-request set-var(txn.canarysays) str(yes) if {Asked} {Header} {Value} {{ var(txn.canaryseen),strcmp(txn.canaryvalue) eq 0 }}",
            $"http-request set-var(txn.canarypattern) var(txn.canary),field(6,|) if {Asked} {Header}",
            $"http-request set-var(txn.canarytext) var(txn.canaryseen),bytes(1) if {Asked} {Pattern} {{ var(txn.canaryseen) -m beg {NamedValue.Found} }}",
            $$"""http-request set-var(txn.canarysays) str(yes) if {{Asked}} {{Pattern}} { var(txn.canarytext) -m found } { var(txn.canarypattern),concat(":\n",txn.canarytext),map_reg({{MapFile(layout, MapName.Patterns)}}) -m found }""",
            .. Words("txn.canaryseen", $"{Asked} {Header} !{Value} !{Pattern}"),
            $"http-request set-var(txn.canarycookies) req.fhdr(cookie) if {Asked} {Undecided} {Cookie}",
            $"http-request set-var(txn.canarycrumb) {NamedValue.Cookie("txn.canarycookie", "txn.canarycookies")} if {Asked} {Undecided} {Cookie} {{ var(txn.canarycookies) -m found }}",
            .. Words("txn.canarycrumb", $"{Asked} {Undecided} {Cookie}"),
            $"http-request set-var(txn.canaryshare) var(txn.canary),field(2,|),add(0) if {Asked} {Undecided}",
            $"http-request set-var(txn.canarysays) str(yes) if {Asked} {Undecided} {{ var(txn.canary),field(7,|),strcmp({SessionCookies.At}) eq 0 }} {{ var(txn.canaryshare) -m int gt 0 }}",
            $"http-request set-var(txn.canarysays) str(no) if {Asked} {Undecided} {{ var({SessionCookies.At}) -m found }} {{ var(txn.canaryshare) -m int lt {EvenDraw.All} }}",
            .. EvenDraw.Rules(Draw, $"{Asked} {Undecided}"),
            $"http-request set-var(txn.canarysays) str(yes) if {Asked} {Undecided} {{ var(txn.canarydraw),sub(txn.canaryshare) lt 0 }}",
            $"http-request set-var({Taken}) bool(true) if {Asked} {{ var(txn.canarysays) -m str yes }} {{ var(txn.canaryto),nbsrv gt 0 }}",
            $"http-request set-var(txn.route) var(txn.canaryto) if {{ var({Taken}) -m bool }}",
        ];
    }

    private static IEnumerable<string> Words(string variable, string condition) =>
    [
        $"http-request set-var(txn.canarysays) str(yes) if {condition} {{ var({variable}) -m str {NamedValue.Found}always }}",
        $"http-request set-var(txn.canarysays) str(no) if {condition} {{ var({variable}) -m str {NamedValue.Found}never }}",
    ];
}
