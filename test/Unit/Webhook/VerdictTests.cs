using System.Text.Json.Nodes;
using Xunit;

namespace Sluice.Unit.Webhook;

/// <summary>What is refused, and what is not.</summary>
public sealed class VerdictTests : IAsyncLifetime
{
    private const string BadHost = "exa mple";
    private const string InvalidHost = "spec.rules[0].host: expected a DNS name such as shop.example.com or *.example.com; its rule is left out [InvalidHost]";

    private RunningWebhook webhook = null!;

    public async ValueTask InitializeAsync() => webhook = await RunningWebhook.StartAsync();

    public ValueTask DisposeAsync() => webhook.DisposeAsync();

    [Fact]
    public async Task An_ingress_without_mistakes_is_allowed_and_nothing_is_said()
    {
        var answer = await webhook.AskAsync(Review.Create(Review.Ingress()));
        Assert.Equal((true, "", 0, null), (answer.IsAllowed, answer.Message, answer.Warnings.Count, answer.Code));
    }

    [Fact]
    public async Task A_mistake_is_refused_with_the_field_and_what_was_expected()
    {
        var answer = await webhook.AskAsync(Review.Create(Review.Ingress(BadHost)));
        Assert.Equal((false, 422, $"Sluice cannot serve this as asked: {InvalidHost}"), (answer.IsAllowed, answer.Code, answer.Message));
        Assert.Single(webhook.Log.With("Refused Ingress"));
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once_and_annotations_by_their_names()
    {
        var answer = await webhook.AskAsync(Review.Create(Review.Ingress(BadHost).Annotated("sluice.dev/ssl-redirect", "maybe")));
        Assert.Equal(
            $"""
            Sluice cannot serve this as asked, for 2 reasons:
            * metadata.annotations[sluice.dev/ssl-redirect]: value 'maybe' cannot be read, expected true or false; the default is used [InvalidSetting]
            * {InvalidHost}
            """,
            answer.Message);
    }

    [Fact]
    public async Task A_warning_is_told_and_refuses_nothing()
    {
        var answer = await webhook.AskAsync(Review.Create(Review.Ingress().Annotated("sluice.dev/ssl-redirct", "true")));
        Assert.True(answer.IsAllowed);
        Assert.Equal(
            ["metadata.annotations[sluice.dev/ssl-redirct]: there is no such setting and it is ignored, did you mean ssl-redirect? [UnknownSetting]"],
            answer.Warnings);
    }

    [Fact]
    public async Task What_other_objects_can_settle_refuses_nothing()
    {
        var ingress = Review.Ingress();
        ingress["spec"]!["tls"] = new JsonArray(new JsonObject { ["secretName"] = "not-there-yet", ["hosts"] = new JsonArray("shop.example.com") });
        Assert.True((await webhook.AskAsync(Review.Create(ingress))).IsAllowed);
    }

    [Fact]
    public async Task Many_mistakes_and_long_ones_are_cut_short()
    {
        var ingress = Review.Ingress();
        for (var i = 0; i < 40; i++)
        {
            ingress.Annotated($"sluice.dev/no-{i}-{new string('x', 300)}", "");
            ingress["spec"]!["rules"]!.AsArray().Add(new JsonObject { ["host"] = $"a b {i}" });
        }

        var answer = await webhook.AskAsync(Review.Create(ingress));
        Assert.Equal(18, answer.Message.Split('\n').Length);
        Assert.EndsWith("* and 24 more", answer.Message, StringComparison.Ordinal);
        Assert.Equal(17, answer.Warnings.Count);
        Assert.All(answer.Warnings, warning => Assert.InRange(warning.Length, 1, 256));
    }

    [Theory]
    [InlineData("other", null)]
    [InlineData(null, "other")]
    [InlineData(null, null)]
    public async Task An_ingress_of_another_class_or_of_none_is_allowed_unseen(string? field, string? annotation)
    {
        var ingress = Review.Ingress(BadHost, field);
        ingress["spec"]!["rules"]![0]!["http"] = "nonsense";
        if (annotation is not null)
        {
            ingress.Annotated("kubernetes.io/ingress.class", annotation);
        }

        var answer = await webhook.AskAsync(Review.Create(ingress));
        Assert.True(answer.IsAllowed);
        Assert.Empty(answer.Warnings);
    }

    [Fact]
    public async Task Further_classes_and_no_class_at_all_can_be_ours()
    {
        await using var ours = await RunningWebhook.StartAsync(settings => settings with { Classes = ["a", "b"], HasDefaultClass = true });
        Assert.False((await ours.AskAsync(Review.Create(Review.Ingress(BadHost, "b")))).IsAllowed);
        Assert.False((await ours.AskAsync(Review.Create(Review.Ingress(BadHost, null)))).IsAllowed);
        Assert.True((await ours.AskAsync(Review.Create(Review.Ingress(BadHost, "c")))).IsAllowed);
    }

    [Fact]
    public async Task The_older_annotation_counts_as_the_controller_counts_it()
    {
        Assert.False((await webhook.AskAsync(Review.Create(Review.Ingress(BadHost, null).Annotated("kubernetes.io/ingress.class", "sluice")))).IsAllowed);
        var other = await webhook.AskAsync(Review.Create(Review.Ingress(BadHost).Annotated("kubernetes.io/ingress.class", "other")));
        Assert.True(other.IsAllowed);
        Assert.Contains("[ClassMismatch]", Assert.Single(other.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ingress_that_does_not_have_the_shape_of_one_is_refused()
    {
        var answer = await webhook.AskAsync(Review.Create(Review.Ingress().With(item => item["spec"]!["rules"]![0]!["http"]!["paths"]![0]!["pathType"] = "Regex")));
        Assert.Contains("spec.rules[0].http.paths[0].pathType: Expected Exact, Prefix or ImplementationSpecific, found \"Regex\". [InvalidObject]", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ConfigMap_with_the_global_settings_is_checked_and_no_other()
    {
        var config = JsonNode.Parse("""
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "sluice", "namespace": "sluice-system"}, "data": {"trusted-proxies": "everyone"}}
            """)!;
        var answer = await webhook.AskAsync(Review.Create(config));
        Assert.Contains("data[trusted-proxies]: value 'everyone'", answer.Message, StringComparison.Ordinal);
        foreach (var other in (JsonNode[])[config.With(item => item["metadata"]!["name"] = "other"), config.With(item => item["metadata"]!["namespace"] = "shop")])
        {
            Assert.True((await webhook.AskAsync(Review.Create(other))).IsAllowed);
            Assert.True((await webhook.AskAsync(Review.Create(other.With(item => item["data"] = "nonsense")))).IsAllowed);
        }

        Assert.False((await webhook.AskAsync(Review.Create(config.With(item => item["data"] = "nonsense")))).IsAllowed);
    }

    [Fact]
    public async Task What_is_not_understood_is_allowed()
    {
        var bad = Review.Create(Review.Ingress(BadHost));
        JsonNode[] reviews =
        [
            bad.With(review => review["request"]!["operation"] = "DELETE"),
            bad.With(review => review["request"]!["operation"] = "CONNECT"),
            bad.With(review => review["request"]!["operation"] = null),
            bad.With(review => review["request"]!["subResource"] = "status"),
            bad.With(review => review["request"]!["kind"]!["kind"] = "Gateway"),
            bad.With(review => review["request"]!["kind"]!["group"] = "example.com"),
            bad.With(review => review["request"]!["kind"]!["version"] = "v2"),
            bad.With(review => review["request"]!["kind"] = 7),
            bad.With(review => review["request"]!["object"] = null),
            bad.With(review => review["request"]!["object"] = "text"),
            bad.With(review => review["request"]!.AsObject().Remove("object")),
            bad.With(review => review["request"]!["object"]!["metadata"] = new JsonArray()),
            bad.With(review => review["request"]!["object"]!["metadata"]!["deletionTimestamp"] = "2026-06-01T00:00:00Z"),
        ];
        Assert.False((await webhook.AskAsync(bad)).IsAllowed);
        Assert.All(await Task.WhenAll(reviews.Select(webhook.AskAsync)), answer => Assert.True(answer.IsAllowed));
    }

    [Fact]
    public async Task An_old_mistake_does_not_stand_in_the_way_of_another_change()
    {
        var former = Review.Ingress(BadHost).Annotated("sluice.dev/ssl-redirect", "maybe");
        JsonNode[] changes =
        [
            former,
            former.With(item => item["metadata"]!["labels"] = new JsonObject { ["a"] = "b" }),
            former.With(item => item["metadata"]!["finalizers"] = new JsonArray()),
            former.With(item => item.Annotated("example.com/other", "x")),
            former.With(item => item["spec"]!["rules"]!.AsArray().Add(new JsonObject { ["host"] = "good.example.com" })),
        ];
        foreach (var answer in await Task.WhenAll(changes.Select(change => webhook.AskAsync(Review.Update(former, change)))))
        {
            Assert.True(answer.IsAllowed);
            Assert.Contains(InvalidHost, answer.Warnings);
            Assert.Equal(2, answer.Warnings.Count);
        }
    }

    [Fact]
    public async Task A_new_mistake_is_refused_also_beside_an_old_one_and_in_its_place()
    {
        var former = Review.Ingress(BadHost);
        var beside = await webhook.AskAsync(Review.Update(former, former.With(item => item.Annotated("sluice.dev/ssl-redirect", "maybe"))));
        Assert.Contains("ssl-redirect", beside.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidHost", beside.Message, StringComparison.Ordinal);
        Assert.Equal([InvalidHost], beside.Warnings);

        var instead = await webhook.AskAsync(Review.Update(former, Review.Ingress("ano ther")));
        Assert.Contains(InvalidHost, instead.Message, StringComparison.Ordinal);

        var broken = await webhook.AskAsync(Review.Update(Review.Ingress(), former));
        Assert.False(broken.IsAllowed);
    }

    [Fact]
    public async Task An_ingress_that_becomes_ours_is_looked_at_as_a_new_one() =>
        Assert.False((await webhook.AskAsync(Review.Update(Review.Ingress(BadHost, "other"), Review.Ingress(BadHost)))).IsAllowed);

    [Fact]
    public async Task A_dry_run_is_answered_as_any_other() =>
        Assert.False((await webhook.AskAsync(Review.Create(Review.Ingress(BadHost)).With(review => review["request"]!["dryRun"] = true))).IsAllowed);
}
