using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Routing;

/// <summary>Where the default backend of an Ingress stands among the rules. Each test serves a folder of its own.</summary>
public sealed class DefaultBackendTests(DefaultBackendTests.Given given) : IClassFixture<DefaultBackendTests.Given>
{
    private static readonly (string, string)[] Regex = [("sluice.dev/path-type", "regex")];

    private static readonly DateTimeOffset Long = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public sealed class Given() : Scenario("rule", "wild", "fallback", "other")
    {
        protected override Task GivenAsync() => Task.CompletedTask;

        internal async Task ServeAsync(params IEnumerable<string> ingresses) => await Sluice.ApplyAsync(new Dictionary<string, string>
        {
            ["services.yaml"] = ServiceForEach(Pods.All),
            ["ingresses.yaml"] = string.Concat(ingresses),
        });

        internal async Task AnswersAsync(params IEnumerable<(string Host, string Path, string Expected)> requests)
        {
            foreach (var (host, path, expected) in requests)
            {
                Assert.Equal((host, path, expected), (host, path, (await Sluice.GetAsync(host, path)).Outcome));
            }
        }
    }

    [Fact]
    public async Task It_answers_for_the_hosts_of_its_own_rules_before_a_wildcard_does()
    {
        await given.ServeAsync(
            Ingress("own", [Rule("a.test", Prefix("/rule", "rule"))], defaultBackend: "fallback"),
            Site("wild", "*.test", "wild"));

        await given.AnswersAsync(
            ("a.test", "/rule", "rule"), ("a.test", "/x", "fallback"), ("b.test", "/x", "wild"), ("a.example", "/", "fallback"));
    }

    [Fact]
    public async Task It_answers_for_everything_that_nothing_else_matches()
    {
        await given.ServeAsync(Ingress("only", defaultBackend: "fallback"), Site("site", "a.test", "rule"));

        await given.AnswersAsync(("a.test", "/x", "rule"), ("b.test", "/x", "fallback"), ("", "/", "fallback"));
    }

    [Fact]
    public async Task A_rule_without_a_host_is_stronger()
    {
        await given.ServeAsync(
            Ingress("default", defaultBackend: "fallback", created: Long),
            Ingress("rules", [Rule(null, Prefix("/", "rule"))]));

        await given.AnswersAsync(("b.test", "/x", "rule"));
    }

    [Fact]
    public async Task A_regular_expression_of_the_host_is_stronger()
    {
        var rule = Rule("a.test", Specific("/[0-9]+$", "rule"));
        await given.ServeAsync(Ingress("own", [rule], defaultBackend: "fallback", annotations: Regex));

        await given.AnswersAsync(("a.test", "/1", "rule"), ("a.test", "/x", "fallback"));
    }

    [Fact]
    public async Task A_regular_expression_without_a_host_is_stronger()
    {
        var rule = Rule(null, Specific("/[0-9]+$", "rule"));
        await given.ServeAsync(Ingress("own", [rule], defaultBackend: "fallback", annotations: Regex));

        await given.AnswersAsync(("b.test", "/1", "rule"), ("b.test", "/x", "fallback"));
    }

    [Fact]
    public async Task The_one_of_the_oldest_Ingress_wins()
    {
        await given.ServeAsync(
            Ingress("a", defaultBackend: "other", created: Long.AddDays(1)),
            Ingress("b", defaultBackend: "fallback", created: Long));

        await given.AnswersAsync(("b.test", "/", "fallback"));
    }

    [Fact]
    public async Task A_rule_with_only_a_host_leads_to_it()
    {
        await given.ServeAsync(
            Ingress("own", [Rule("a.test")], defaultBackend: "fallback"),
            Ingress("all", [Rule(null, Prefix("/", "rule"))]));

        await given.AnswersAsync(("a.test", "/", "fallback"), ("b.test", "/", "rule"));
    }

    [Fact]
    public async Task Its_Service_may_have_no_endpoint_and_is_then_unavailable_and_not_passed_over()
    {
        await given.ServeAsync(
            Ingress("own", [Rule("a.test", Prefix("/rule", "rule"))], defaultBackend: "nobody"),
            Site("wild", "*.test", "wild"));

        await given.AnswersAsync(("a.test", "/x", "503"), ("a.test", "/rule", "rule"), ("b.test", "/", "wild"));
    }

    [Fact]
    public async Task Of_two_rules_for_the_same_the_younger_is_found()
    {
        var files = new Dictionary<string, string>
        {
            ["services.yaml"] = ServiceForEach(given.Pods.All),
            ["ingresses.yaml"] = Ingress("older", [Rule("a.test", Prefix("/x", "rule"))], created: Long)
                + Ingress("a-younger", [Rule("a.test", Prefix("/x/", "other"))], created: Long.AddDays(1)),
        };

        var change = await given.Sluice.ApplyAsync(files);

        await given.AnswersAsync(("a.test", "/x", "rule"));
        var conflict = Assert.Single(change.Findings, finding => finding.Code == FindingCode.RouteConflict);
        Assert.Equal("a-younger", conflict.Object.Name.Name);
    }
}
