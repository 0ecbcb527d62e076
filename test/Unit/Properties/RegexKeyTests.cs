using System.Text.RegularExpressions;
using CsCheck;
using Xunit;

namespace Sluice.Unit.Properties;

/// <summary>An expression of a user stays on the user's host.</summary>
[Collection(PropertyTests.Name)]
public sealed class RegexKeyTests
{
    private const string Host = "shop.example.com";

    private static readonly Gen<string> Expression = Gen.OneOf(
        "a", "b", "/", ".*", "|", "(", ")", "(?:", "[", "[^", "]", "{2}", "{", "}", ",", "1", "-", "^", "$", "\\", "\\d", "\\b", "\\.", "*", "+", "?", ".", "x")
        .Array[0, 8].Select(parts => "/" + string.Concat(parts));

    private static readonly Gen<string> Rest = Gen.String[Gen.Char["/abx.-1,|"], 0, 8];

    [Theory]
    [InlineData("/a|/b")]
    [InlineData("/a|.*")]
    [InlineData("/a|munity/x")]
    [InlineData("/?.*")]
    [InlineData("/{0}.*")]
    [InlineData("/*munity.*")]
    [InlineData("/a|^.*")]
    [InlineData("/a|$|.*")]
    public void An_expression_that_reaches_out_is_held_at_its_host(string expression)
    {
        var key = Key(Host, expression);
        Assert.All(key is null ? [] : Reached, other => Assert.DoesNotMatch(key!, other));
    }

    private static readonly string[] Reached = ["shop.example.community/x", "shop.example.com", "shop.example.com.evil.org/a", "shopxexample.com/a", "x.shop.example.com/a", "other/a"];

    [Fact]
    public void Whatever_is_accepted_compiles_and_matches_only_requests_for_its_own_host() => Expression.Select(Rest.Array[8]).Sample(
        (expression, rests) =>
        {
            if (Key(Host, expression) is not { } key)
            {
                return;
            }

            Assert.StartsWith(@"^shop\.example\.com(?=/)(?:", key, StringComparison.Ordinal);
            var regex = new Regex(key, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
            Assert.All(rests.Select(rest => Host + rest).Concat(Reached), request =>
                Assert.True(!regex.IsMatch(request) || request.StartsWith(Host + "/", StringComparison.Ordinal), $"{key} takes {request}"));
        },
        iter: 5_000, threads: 2);

    [Theory]
    [InlineData("*.example.com", @"^\*\.example\.com(?=/)(?:/a)")]
    [InlineData("", @"^\*(?=/)(?:/a)")]
    [InlineData("[2001:db8::1]", @"^\[2001:db8::1\](?=/)(?:/a)")]
    public void A_host_stands_for_itself_in_an_expression(string host, string expected) => Assert.Equal(expected, Key(host, "/a"));

    [Fact]
    public void Longer_expressions_are_tried_first()
    {
        var ingress = Make.Ingress("web", Make.Rule(Host, Make.Free("/a"), Make.Free("/abc"), Make.Free("/b"))).Annotated("sluice.dev/path-type", "regex");
        Assert.Equal(["/abc", "/a", "/b"], Make.Cluster(ingress).Translated().Rendered().Regexes.Select(entry => entry.Key[27..^1]));
    }

    /// <summary>The key in the map for an expression; null if it is refused.</summary>
    private static string? Key(string host, string expression)
    {
        var ingress = Make.Ingress("web", Make.Rule(host, Make.Free(expression))).Annotated("sluice.dev/path-type", "regex");
        var regexes = Make.Cluster(ingress).Translated().Rendered().Regexes;
        return regexes.Count == 0 ? null : Assert.Single(regexes).Key;
    }
}
