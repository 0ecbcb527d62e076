using System.Text.RegularExpressions;
using CsCheck;
using Sluice.Core.Haproxy;
using Xunit;

namespace Sluice.Unit.Properties;

/// <summary>The expressions of a policy, which stand in one map with those of all others.</summary>
[Collection(PropertyTests.Name)]
public sealed class PatternTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly Gen<string> Expression = Gen.OneOf(
        "a", "b", "/", ".*", "|", "(", ")", "(?:", "(a)", "[(]", "[^/", "]", @"\(", "{2}", "1", "^", "$", @"\d", @"\b", "*", "+", "?", ".", "x")
        .Array[1, 8].Select(string.Concat);

    private static readonly Gen<string> Path = Gen.String[Gen.Char["/abx.-1(|"], 0, 8].Select(rest => "/" + rest);

    [Fact]
    public void Of_the_lines_of_path_rewrite_the_first_that_is_found_in_a_path_is_the_one_that_matches() => Expression.Array[1, 4].Select(Path.Array[6]).Sample(
        (expressions, paths) =>
        {
            var lines = expressions.Select((expression, index) => (Key: expression, Target: $"/{index}")).DistinctBy(line => line.Key).ToList();
            var entries = Entries(("sluice.dev/path-rewrite", string.Join('\n', lines.Select(line => $"{line.Key} {line.Target}"))));
            if (entries.Count == 0)
            {
                return;
            }

            foreach (var path in paths)
            {
                var first = lines.Find(line => Regex.IsMatch(path, line.Key, RegexOptions.None, Limit)).Target;
                Assert.Equal(first is null ? [] : [first], entries.Where(entry => Matches(entry, path)).Select(entry => entry.Value));
                Assert.DoesNotContain(entries, entry => Regex.IsMatch($"0123456789abcdef:\n{path}", entry.Key, RegexOptions.None, Limit));
            }
        },
        iter: 2_000, threads: 2);

    [Theory]
    [InlineData("https://c.test", true)]
    [InlineData("http://x.y.c.test", true)]
    [InlineData("https://c.test.evil", false)]
    [InlineData("https://evil/https://c.test", false)]
    public void An_expression_for_origins_matches_whole_ones(string origin, bool matches)
    {
        var entries = Entries(("sluice.dev/cors-enable", "true"), ("sluice.dev/cors-allow-origin", @"https?://([a-z]+\.)*c\.test|https://d"));
        Assert.Equal(matches, Matches(Assert.Single(entries), origin));
    }

    private static List<MapEntry> Entries(params (string Key, string Value)[] annotations)
    {
        var ingress = annotations.Aggregate(
            Make.Ingress("web", Make.Rule("a.test", Make.Free("/"))), (ingress, annotation) => ingress.Annotated(annotation.Key, annotation.Value));
        return [.. Make.Cluster(ingress).Translated().Rendered().Entries.Where(entry => entry.Map == MapName.Patterns)];
    }

    private static bool Matches(MapEntry entry, string text) => Regex.IsMatch($"{entry.Key.Split(':')[0]}:\n{text}", entry.Key, RegexOptions.None, Limit);
}
