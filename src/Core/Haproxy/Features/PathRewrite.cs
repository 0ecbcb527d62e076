using System.Globalization;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Pods see another path: LENGTH|STRIPPED|ADDED|EXPRESSIONS, the prefixes in base64, the last the name of a list of
/// expressions. Each of these matches only where none before it does, so that their order in the map does not count.
/// </summary>
internal sealed class PathRewrite() : RouteFeature("path")
{
    public override FeatureData? Data(RoutePolicy policy)
    {
        if (policy.Path is not { } path)
        {
            return null;
        }

        var set = path.Rewrites.Count > 0 ? DataSet.Of(MapName.Patterns, Entries(path.Rewrites)) : null;
        return new FeatureData(
            string.Create(CultureInfo.InvariantCulture, $"{path.Stripped.Length}|{BinaryText.Of(path.Stripped)}|{BinaryText.Of(path.Added)}|{set?.Name}"),
            [.. new[] { set }.OfType<DataSet>()]);
    }

    public override IEnumerable<string> RequestRules(string scheme, Layout layout) =>
    [
        $"http-request set-var(txn.pathchange) {ValueLookup(layout)} if {Asked}",

        // With a '/' behind both, a prefix of whole elements is one of characters; and one more of these is compared.
        $"http-request set-var(txn.stripprefix) var(txn.pathchange),field(2,|),b64dec,concat(/) if {Asked} {{ var(txn.pathchange),field(2,|) -m len gt 0 }}",
        $"http-request set-var(txn.striplength) var(txn.pathchange),field(1,|),add(0) if {Asked}",
        $"http-request set-var(txn.stripend) var(txn.striplength),add(1) if {Asked}",
        $"http-request set-var(txn.stripfrom) path,concat(/),bytes(0,txn.stripend) if {Asked}",
        $"http-request set-path %[path,bytes(txn.striplength)] if {Asked} {{ var(txn.stripfrom),strcmp(txn.stripprefix) eq 0 }}",
        $"http-request set-path /%[path] if {Asked} {{ var(txn.stripfrom),strcmp(txn.stripprefix) eq 0 }} !{{ path -m beg / }}",

        $"http-request set-var(txn.expressions) var(txn.pathchange),field(4,|) if {Asked} {{ var(txn.pathchange),field(4,|) -m len gt 0 }}",
        $"http-request set-var(txn.rewriteof) path if {Asked}",
        $"http-request set-var(txn.rewritten) var(txn.expressions),concat(\":\\n\",txn.rewriteof),map_regm({MapFile(layout, MapName.Patterns)}) if {Asked}",
        $"http-request set-path %[var(txn.rewritten)] if {Asked} {{ var(txn.rewritten) -m found }}",
        $"http-request set-path /%[path] if {Asked} {{ var(txn.rewritten) -m found }} !{{ path -m beg / }}",

        $"http-request set-var(txn.addprefix) var(txn.pathchange),field(3,|),b64dec if {Asked} {{ var(txn.pathchange),field(3,|) -m len gt 0 }}",
        $"http-request set-path %[var(txn.addprefix)]%[path] if {Asked} {{ var(txn.addprefix) -m len gt 0 }} {{ path -m beg / }}",
    ];

    // Found anywhere in the text behind the line break, at whose beginning '^' holds.
    private static List<(string Key, string Value)> Entries(EquatableArray<Model.PathRewrite> rewrites) =>
        [.. rewrites.DistinctBy(rewrite => rewrite.Expression).Select((rewrite, index) =>
        {
            var before = rewrites.DistinctBy(other => other.Expression).Take(index).Select(other => $@"(?![^\n]*?(?:{RegexSubset.WithoutCaptures(other.Expression)}))");
            return ($@"\n(?m){string.Concat(before)}[^\n]*?(?:{rewrite.Expression})", rewrite.Replacement);
        })];
}
