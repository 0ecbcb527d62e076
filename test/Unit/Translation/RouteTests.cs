using Sluice.Core.Resources;
using Xunit;

namespace Sluice.Unit.Translation;

public sealed class RouteTests
{
    private const string Host = "shop.example.com";

    private static readonly ServiceResource[] Services = [Make.Service("web"), Make.Service("api")];

    [Fact]
    public void Path_types_become_matches_of_the_path_as_requests_have_it()
    {
        var ingress = Make.Ingress("web", Make.Rule("Shop.Example.com",
            Make.Prefix("/"), Make.Prefix("/a/"), Make.Prefix("/b"), Make.Exact("/a"), Make.Exact("/a/"), Make.Free("/c"), Make.Free("/d/"), Make.Prefix("/%7eu x")));

        Assert.Equal(
            [
                "shop.example.com Prefix / > shop/web:80",
                "shop.example.com Exact /a > shop/web:80",
                "shop.example.com Prefix /a > shop/web:80",
                "shop.example.com Exact /a/ > shop/web:80",
                "shop.example.com Prefix /b > shop/web:80",
                "shop.example.com Begin /c > shop/web:80",
                "shop.example.com Prefix /d > shop/web:80",
                "shop.example.com Prefix /~u%20x > shop/web:80",
            ],
            Routes(ingress));
    }

    [Theory]
    [InlineData("begin", "Begin /c")]
    [InlineData("prefix", "Prefix /c")]
    [InlineData("exact", "Exact /c")]
    [InlineData("regex", "Regex /c")]
    [InlineData("Regex", "Begin /c")]
    public void The_annotation_says_how_implementation_specific_paths_are_compared_and_no_others(string value, string expected)
    {
        var ingress = Make.Ingress("web", Make.Rule(Host, Make.Free("/c"), Make.Prefix("/p"), Make.Exact("/e")))
            .Annotated("sluice.dev/path-type", value);

        Assert.Equal([$"{Host} {expected} > shop/web:80", $"{Host} Exact /e > shop/web:80", $"{Host} Prefix /p > shop/web:80"], Routes(ingress));
    }

    [Theory]
    [InlineData(@"/v[0-9]+/(?:a|b)(/.*)?$", true)]
    [InlineData(@"/[\w-]{1,99}?\.html", true)]
    [InlineData(@"/a|b", true)]
    [InlineData("/a)|(.*", false)]
    [InlineData("/a(", false)]
    [InlineData(@"/a\", false)]
    [InlineData(@"/[\w-.]+", false)]
    [InlineData("/[a[:x:]]", false)]
    [InlineData("/[:a:]", false)]
    [InlineData("/[a-z-[aeiou]]", false)]
    [InlineData("/[z-a]", false)]
    [InlineData("/^*", false)]
    [InlineData("/a{100}", false)]
    [InlineData("/a{2,1}", false)]
    [InlineData("/a++", false)]
    [InlineData("/(ab){2}", false)]
    [InlineData(@"/(a)\1", false)]
    [InlineData(@"/\Qa", false)]
    [InlineData("/(?i)a", false)]
    [InlineData("/(?#x)", false)]
    [InlineData("/(*ACCEPT)", false)]
    [InlineData("/a b", false)]
    [InlineData("/é", false)]
    [InlineData("a", false)]
    [InlineData("", false)]
    public void A_regular_expression_is_one_that_haproxy_reads_as_we_do(string path, bool accepted)
    {
        var ingress = Make.Ingress("web", Make.Rule(Host, Make.Free(path))).Annotated("sluice.dev/path-type", "regex");
        var result = Make.Cluster([ingress, .. Services]).Translated();

        Assert.Equal(accepted ? [$"{Host} Regex {path} > shop/web:80"] : [], result.Routes());
        Assert.Equal(accepted ? [] : ["InvalidPath Ingress shop/web spec.rules[0].http.paths[0].path"], result.Problems());
    }

    [Fact]
    public void Groups_as_deep_as_haproxy_takes_are_accepted_and_deeper_ones_not()
    {
        Assert.Single(Routes(Nested(100)));
        Assert.Empty(Routes(Nested(101)));

        static IngressResource Nested(int depth) =>
            Make.Ingress("web", Make.Rule(Host, Make.Free($"/{new string('(', depth)}a{new string(')', depth)}"))).Annotated("sluice.dev/path-type", "regex");
    }

    [Fact]
    public void A_bad_host_or_path_costs_its_rule_and_no_other()
    {
        var result = Make.Cluster([
            Make.Ingress("web", Make.Rule("bad_host", Make.Prefix("/")), Make.Rule(Host, Make.Prefix("/../x"), Make.Exact(""), Make.Prefix("/good"))),
            .. Services,
        ]).Translated();

        Assert.Equal([$"{Host} Prefix /good > shop/web:80"], result.Routes());
        Assert.Equal(
            [
                "InvalidHost Ingress shop/web spec.rules[0].host",
                "InvalidPath Ingress shop/web spec.rules[1].http.paths[0].path",
                "InvalidPath Ingress shop/web spec.rules[1].http.paths[1].path",
            ],
            result.Problems());
    }

    [Fact]
    public void A_rule_without_a_host_is_for_all_hosts_and_one_without_paths_for_nothing() =>
        Assert.Equal(["* Prefix /a > shop/web:80"], Routes(Make.Ingress("web", Make.Rule("", Make.Prefix("/a")), Make.Rule("empty.example.com"))));

    [Fact]
    public void A_default_backend_stands_behind_the_rules_of_its_hosts_and_for_all_else()
    {
        var ingress = Make.Ingress("web", Make.Rule(Host, Make.Prefix("/a"))) with { DefaultBackend = Make.To("api") };

        Assert.Equal(["* Otherwise / > shop/api:80", $"{Host} Otherwise / > shop/api:80", $"{Host} Prefix /a > shop/web:80"], Routes(ingress));
    }

    [Fact]
    public void A_default_backend_gives_way_to_any_rule_of_the_host_without_a_word()
    {
        var older = (Make.Simple("old", path: "/old") with { DefaultBackend = Make.To("api") }).OnDay(1);
        var younger = Make.Simple("young").OnDay(2);
        var result = Make.Cluster([older, younger, .. Services]).Translated();

        Assert.Equal(["* Otherwise / > shop/api:80", $"{Host} Prefix / > shop/web:80", $"{Host} Prefix /old > shop/web:80"], result.Routes());
        Assert.Empty(result.Findings);
    }

    [Fact]
    public void Of_two_default_backends_the_older_one_serves_and_the_younger_is_told_once()
    {
        var older = (Make.Ingress("old") with { DefaultBackend = Make.To("api") }).OnDay(1);
        var younger = (Make.Simple("young", path: "/a") with { DefaultBackend = Make.To("web") }).OnDay(2);
        var result = Make.Cluster([older, younger, .. Services]).Translated();

        Assert.Contains("* Otherwise / > shop/api:80", result.Routes());
        Assert.Contains($"{Host} Otherwise / > shop/web:80", result.Routes());
        Assert.Equal(["RouteConflict Ingress shop/young spec.defaultBackend"], result.Problems());
    }

    [Fact]
    public void The_default_backend_of_the_settings_is_the_last_resort()
    {
        var config = Make.Config(("default-backend", "shop/api:80"));
        Assert.Equal(["* Otherwise / > shop/api:80"], Make.Cluster([config, .. Services]).Translated().Routes());

        var own = Make.Ingress("web") with { DefaultBackend = Make.To("web") };
        var result = Make.Cluster([config, own, .. Services]).Translated();
        Assert.Equal(["* Otherwise / > shop/web:80"], result.Routes());
        Assert.Empty(result.Findings);
    }

    [Fact]
    public void The_same_host_and_path_twice_goes_to_the_older_and_the_younger_is_told_who_won()
    {
        var result = Make.Cluster([Make.Simple("aaa", service: "api").OnDay(2), Make.Simple("zzz").OnDay(1), .. Services]).Translated();

        Assert.Equal([$"{Host} Prefix / > shop/web:80"], result.Routes());
        Assert.Equal(["RouteConflict Ingress shop/aaa spec.rules[0].http.paths[0]"], result.Problems());
        Assert.Contains("Ingress shop/zzz", result.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_neither_is_older_namespace_and_name_decide_and_no_date_counts_as_youngest()
    {
        var (first, second) = (Make.Simple("a").OnDay(1), Make.Simple("b", service: "api").OnDay(1));
        Assert.Equal([$"{Host} Prefix / > shop/web:80"], Routes(second, first));
        Assert.Equal([$"{Host} Prefix / > shop/api:80"], Routes(Make.Simple("a"), second));
        Assert.Equal([$"{Host} Prefix / > other/web:80"], Routes(first, first with { Id = Make.Id("z", "other") }));
    }

    [Fact]
    public void The_same_path_twice_in_one_ingress_goes_to_the_earlier_rule()
    {
        var result = Make.Cluster([
            Make.Ingress("web", Make.Rule(Host, Make.Prefix("/a", "web"), Make.Prefix("/a/", "api"), Make.Exact("/a", "api"))), .. Services,
        ]).Translated();

        Assert.Equal([$"{Host} Exact /a > shop/api:80", $"{Host} Prefix /a > shop/web:80"], result.Routes());
        Assert.Equal(["DuplicateRule Ingress shop/web spec.rules[0].http.paths[1]"], result.Problems());
        Assert.Contains("earlier rule of this Ingress", result.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_the_winner_goes_the_loser_takes_its_place()
    {
        var winner = Make.Simple("old", service: "api").OnDay(1);
        var cluster = Make.Cluster([winner, Make.Simple("young").OnDay(2), .. Services]);
        var first = cluster.Translated();
        var second = cluster.Without(winner).Translated(first);

        Assert.Equal([$"{Host} Prefix / > shop/web:80"], second.Routes());
        Assert.Empty(second.Findings);
    }

    private static IEnumerable<string> Routes(params Resource[] objects) => Make.Cluster([.. objects, .. Services]).Translated().Routes();
}
