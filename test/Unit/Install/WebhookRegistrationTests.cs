using System.Text.Json.Nodes;
using Xunit;

namespace Sluice.Unit.Install;

/// <summary>How the API server is told of the admission webhook: so that it never stands in anybody's way.</summary>
public sealed class WebhookRegistrationTests
{
    private const string Overlay = """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: [DEPLOY/deployment-load-balancer]
        components: [DEPLOY/components/webhook]
        """;

    [Theory]
    [InlineData("kustomize")]
    [InlineData("helm")]
    public void It_is_asked_for_a_short_time_only_and_its_absence_refuses_nothing(string way)
    {
        var objects = Render(way);
        Assert.All(Webhooks(objects), webhook =>
        {
            Assert.Equal("Ignore None", $"{webhook["failurePolicy"]} {webhook["sideEffects"]}");
            Assert.InRange(webhook["timeoutSeconds"]!.GetValue<int>(), 1, 5);
            Assert.Equal("""["v1"]""", webhook["admissionReviewVersions"]!.ToJsonString());

            // Nothing but the object itself: no status, no deletion.
            Assert.All(webhook["rules"].Items(), rule => Assert.Equal("""["CREATE","UPDATE"]""", rule["operations"]!.ToJsonString()));
            Assert.All(webhook["rules"].Items().SelectMany(rule => rule["resources"].Items()), resource => Assert.Matches("^[a-z]+$", resource.Text()));

            var service = webhook["clientConfig"]!["service"]!;
            var target = objects.One("Service", service["name"].Text());
            Assert.Contains(target["spec"]!["ports"].Items(), port => port["port"]!.GetValue<int>() == service["port"]!.GetValue<int>());
            Assert.Equal("/validate", service["path"].Text());
        });
    }

    [Fact]
    public void Folder_and_chart_tell_it_the_same()
    {
        var (ours, theirs) = (Webhooks(Render("kustomize")), Webhooks(Render("helm")));
        Assert.Equal(ours.Select(webhook => webhook["name"].Text()), theirs.Select(webhook => webhook["name"].Text()));
        foreach (var field in (string[])["rules", "matchConditions", "matchPolicy", "timeoutSeconds"])
        {
            Assert.All(ours.Zip(theirs), pair => Assert.True(JsonNode.DeepEquals(pair.First[field], pair.Second[field]), $"{pair.First["name"]}: {field}"));
        }
    }

    [Fact]
    public void Only_Ingresses_of_our_class_are_asked_about()
    {
        Assert.Contains("ingressClassName == 'edge')", Condition("ingressClass.name=edge"), StringComparison.Ordinal);
        Assert.Contains("['kubernetes.io/ingress.class'] == 'edge')", Condition("ingressClass.name=edge"), StringComparison.Ordinal);
        Assert.DoesNotContain("!(has(", Condition(), StringComparison.Ordinal);

        // Those that name no class are ours, too, where the class is the default: for the API server and for the webhook.
        Assert.Contains("(!(has(object.spec) && has(object.spec.ingressClassName))", Condition("ingressClass.default=true"), StringComparison.Ordinal);
        Assert.Contains("--default-class", Arguments("ingressClass.default=true"));
        Assert.DoesNotContain("--default-class", Arguments());

        static string Condition(params string[] values) =>
            Webhooks(Deploy.Helm(["webhook.enabled=true", .. values]))[0]["matchConditions"]![0]!["expression"].Text();

        static IEnumerable<string> Arguments(params string[] values) =>
            Deploy.Helm(["webhook.enabled=true", .. values]).One("Deployment", "sluice-webhook")["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]
                .Items().Select(item => item.Text());
    }

    [Fact]
    public void Its_own_namespace_is_not_looked_at()
    {
        var objects = Render("kustomize");
        var label = Assert.Single(Webhooks(objects)[0]["namespaceSelector"]!["matchExpressions"].Items());
        Assert.Equal("NotIn", label["operator"].Text());
        Assert.Contains(
            objects.One("Namespace", "sluice-system")["metadata"]!["labels"]![label["key"].Text()].Text(), label["values"].Items().Select(item => item.Text()));

        Assert.Contains(
            Webhooks(Render("helm"))[0]["namespaceSelector"]!["matchExpressions"].Items(),
            rule => rule["key"].Text() == "kubernetes.io/metadata.name" && rule["operator"].Text() == "NotIn" && rule["values"]![0].Text() == "sluice-system");
    }

    [Theory]
    [InlineData("kustomize")]
    [InlineData("helm")]
    public void The_ConfigMap_with_the_global_settings_has_the_labels_that_are_asked_for(string way)
    {
        var objects = Render(way);
        var wanted = Webhooks(objects)[1]["objectSelector"]!["matchLabels"]!.AsObject();
        var labels = objects.One("ConfigMap", "sluice")["metadata"]!["labels"]!;
        Assert.All(wanted, label => Assert.Equal(label.Value.Text(), labels[label.Key].Text()));
    }

    private static IReadOnlyList<JsonNode> Render(string way) =>
        way == "helm" ? Deploy.Helm("webhook.enabled=true") : Deploy.KustomizeOverlay(Overlay);

    private static IReadOnlyList<JsonNode> Webhooks(IEnumerable<JsonNode> objects) =>
        [.. objects.Single(item => item.Kind() == "ValidatingWebhookConfiguration")["webhooks"].Items()];
}
