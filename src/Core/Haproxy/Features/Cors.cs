using System.Globalization;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// What pages of other sites may do: ORIGINS|CREDENTIALS|ANSWERS|AGE|METHODS|HEADERS|EXPOSED|KIND. The origins are the
/// name of a list, or * for all; credentials are 1 or 0; answers "none", "preflights" or "options"; the kind is "names", or "pattern" for an expression, as every
/// look into these costs more the more of them there are. An origin that is on no list is told nothing.
/// </summary>
internal sealed class Cors() : RouteFeature("cors")
{
    private const string AllOrigins = "*";
    private const string Names = "names";
    private const string Pattern = "pattern";

    public override FeatureData? Data(RoutePolicy policy)
    {
        if (policy.Cors is not { } cors)
        {
            return null;
        }

        var origins = cors.Origins switch
        {
            var all when all.AreAll() => null,
            { Expression: { } expression } => DataSet.Of(MapName.Patterns, [($@"\n(?m)^(?:{expression})$", "1")]),
            { Names: var listed } => DataSet.Of(MapName.Origins, [.. listed.Order(StringComparer.Ordinal).Select(name => (name, "1"))]),
        };
        string[] fields =
        [
            origins?.Name ?? AllOrigins, cors.AllowsCredentials ? "1" : "0", cors.Answers.ToString().ToLowerInvariant(), cors.MaxAge.ToString(CultureInfo.InvariantCulture),
            cors.Methods, cors.Headers, cors.ExposedHeaders, cors.Origins.Expression is null ? Names : Pattern,
        ];
        return new FeatureData(string.Join('|', fields), [.. new[] { origins }.OfType<DataSet>()]);
    }

    public override IEnumerable<string> RequestRules(string scheme, Layout layout)
    {
        var origins = MapFile(layout, MapName.Origins);
        var named = $"if {Asked} {{ var(txn.corsorigin) -m found }}";
        var pattern = $"{named} {{ var(txn.cors),field(8,|) -m str {Pattern} }}";
        return
        [
            $"http-request set-var(txn.cors) {ValueLookup(layout)} if {Asked}",
            $"http-request set-var(txn.corslist) var(txn.cors),field(1,|) if {Asked}",
            $"http-request set-var(txn.corsheader) req.fhdr(origin) if {Asked}",
            $"http-request set-var(txn.corsorigin) var(txn.corsheader) if {Asked} {{ var(txn.corsheader) -m reg '^(null|[a-z][a-z0-9+.-]*://[a-z0-9._:\\[\\]-]+)$' }}",
            $"http-request set-var(txn.corsallowed) bool(true) {named} {{ var(txn.corslist) -m str {AllOrigins} }}",
            $"http-request set-var(txn.corsallowed) var(txn.corslist),concat(:,txn.corsorigin),map_str({origins}) {named}",
            $"http-request set-var(txn.corsany) var(txn.corsorigin),regsub('//[^.]*','//*') {named}",
            $"http-request set-var(txn.corsallowed) var(txn.corslist),concat(:,txn.corsany),map_str({origins}) {named}",
            $"http-request set-var(txn.corsallowed) var(txn.corslist),concat(\":\\n\",txn.corsorigin),map_regm({MapFile(layout, MapName.Patterns)}) {pattern}",
            $"http-request set-var(txn.corsanswers) var(txn.cors),field(3,|) if {Asked} METH_OPTIONS {{ var(txn.corsallowed) -m found }}",
            $"http-request return status 204 if {Asked} {{ var(txn.corsanswers) -m str options }}",
            $"http-request return status 204 if {Asked} {{ var(txn.corsanswers) -m str preflights }} {{ req.hdr(access-control-request-method) -m found }}",
        ];
    }

    // Caches must know that the answer depends on the origin, also where there is none.
    public override IEnumerable<string> ResponseRules(Layout layout)
    {
        const string Allowed = "if { var(txn.corsallowed) -m found }";
        const string All = $"{{ var(txn.corslist) -m str {AllOrigins} }}";
        return
        [
            $"http-after-response add-header Vary Origin if {{ var(txn.corslist) -m found }} !{All}",
            $"http-after-response del-header access-control- -m beg {Allowed}",
            $"http-after-response set-header Access-Control-Allow-Origin * {Allowed} {All}",
            $"http-after-response set-header Access-Control-Allow-Origin %[var(txn.corsorigin)] {Allowed} !{All}",
            $"http-after-response set-header Access-Control-Allow-Credentials true {Allowed} {{ var(txn.cors),field(2,|) -m str 1 }}",
            $"http-after-response set-header Access-Control-Expose-Headers %[var(txn.cors),field(7,|)] {Allowed} {{ var(txn.cors),field(7,|) -m len gt 0 }}",
            $"http-after-response set-header Access-Control-Allow-Methods \"%[var(txn.cors),field(5,|),regsub(',',', ',g)]\" {Allowed}",
            $"http-after-response set-header Access-Control-Allow-Headers %[var(txn.cors),field(6,|)] {Allowed}",
            $"http-after-response set-header Access-Control-Max-Age %[var(txn.cors),field(4,|)] {Allowed}",
        ];
    }
}
