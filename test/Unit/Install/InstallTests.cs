using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Sluice.Unit.Install;

/// <summary>What the folders of deploy/kustomize and the chart give, whole.</summary>
public sealed partial class InstallTests
{
    private const string Everything = """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: edge
        resources: [DEPLOY/deployment-load-balancer]
        components:
          - DEPLOY/components/webhook
          - DEPLOY/components/webhook-cert-manager
          - DEPLOY/components/network-policy
          - DEPLOY/components/shared-limits
          - DEPLOY/components/selected-namespaces
        images:
          - {name: ghcr.io/sluice-dev/sluice, newName: registry.example/sluice, newTag: "9"}
        """;

    /// <summary>Each installation: what makes it, with values if it is the chart.</summary>
    public static TheoryData<string> Installations { get; } = new(
    [
        .. Directory.EnumerateDirectories(Path.Join(Deploy.Folder, "kustomize"))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => name != "components").Order(StringComparer.Ordinal),
        "everything",
        "helm",
        "helm webhook.enabled=true networkPolicy.enabled=true sharedLimits.enabled=true serviceMonitor.enabled=true autoscaling.enabled=true",
        "helm kind=DaemonSet hostPorts.enabled=true service.enabled=false scope.namespaceSelector=a=b scope.bindNamespaces={x}",
        "helm kind=DaemonSet service.type=NodePort scope.namespaces={x,y} status.addresses={192.0.2.1,2001:db8::1} status.withdraw=true",
    ]);

    [Theory]
    [MemberData(nameof(Installations))]
    public void Every_pod_is_restricted(string installation) =>
        Assert.Empty(
            from workload in Render(installation).Pods()
            from problem in PodRules.Security(workload.Pod, hostPorts: UsesHostPorts(installation))
            select $"{workload.Workload}: {problem}");

    [Theory]
    [MemberData(nameof(Installations))]
    public void Every_pod_is_run_as_it_should_be(string installation) =>
        Assert.Empty(
            from workload in Render(installation).Pods()
            from problem in PodRules.Operation(workload.Pod)
            select $"{workload.Workload}: {problem}");

    [Theory]
    [MemberData(nameof(Installations))]
    public void Selectors_find_the_pods_and_names_lead_somewhere(string installation)
    {
        var objects = Render(installation);
        Assert.Equal(objects.Count, objects.Select(item => $"{item.Kind()} {item["metadata"]!["namespace"]} {item.Name()}").Distinct().Count());
        var pods = objects.Where(item => item.Kind() is "Deployment" or "DaemonSet").ToList();
        Assert.All(pods, item => Assert.True(Selects(item["spec"]!["selector"]!["matchLabels"]!, item)));
        Assert.All(
            objects.Where(item => item.Kind() is "PodDisruptionBudget" or "NetworkPolicy" || (item.Kind() == "Service" && item["spec"]!["selector"] is not null)),
            item => Assert.Single(pods, pod => Selects(Selector(item), pod)));
        foreach (var item in objects.Where(item => item.Kind() == "Service"))
        {
            var ports = pods.Single(pod => Selects(Selector(item), pod))["spec"]!["template"]!["spec"]!["containers"].Items()
                .SelectMany(container => container["ports"].Items()).Select(port => port["name"].Text()).ToList();
            Assert.All(item["spec"]!["ports"].Items(), port => Assert.Contains(port["targetPort"].Text(), ports));
        }

        Assert.All(objects.Where(item => item.Kind().EndsWith("Binding", StringComparison.Ordinal)), item =>
        {
            _ = objects.Single(role => role.Kind() == item["roleRef"]!["kind"].Text() && role.Name() == item["roleRef"]!["name"].Text());
            var subject = Assert.Single(item["subjects"].Items());
            var account = objects.One("ServiceAccount", subject["name"].Text());
            Assert.Equal(account["metadata"]!["namespace"]?.ToString() ?? "sluice-system", subject["namespace"].Text());
        });
    }

    [Theory]
    [MemberData(nameof(Installations))]
    public void Every_flag_and_variable_is_one_that_the_program_has(string installation)
    {
        var containers = Render(installation).Pods().SelectMany(workload => workload.Pod["containers"].Items())
            .Where(container => container["args"].Items().FirstOrDefault().Text() is "run" or "webhook" or "agent");
        foreach (var container in containers)
        {
            var verb = container["args"]![0].Text();
            Assert.SkipUnless(Tool.Sluice("--help").Contains($"\n  {verb} ", StringComparison.Ordinal), $"there is no sluice {verb} yet");
            var help = Tool.Sluice(verb, "--help");
            var known = Flag().Matches(help).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
            Assert.All(container["args"].Items().Skip(1), argument => Assert.Contains(argument.Text().Split('=')[0], known));
            Assert.All(
                container["env"].Items().Select(variable => variable["name"].Text()).Where(name => name.StartsWith("SLUICE_", StringComparison.Ordinal)),
                name => Assert.Contains("--" + name["SLUICE_".Length..].Replace('_', '-').ToLowerInvariant(), known));
        }
    }

    [Fact]
    public void An_overlay_can_change_the_namespace_and_the_images_everywhere()
    {
        var objects = Deploy.KustomizeOverlay(Everything);
        Assert.All(objects.Where(item => item["metadata"]!["namespace"] is not null), item => Assert.Equal("edge", item["metadata"]!["namespace"].Text()));
        Assert.Equal(
            ["docker.io/library/haproxy:3.4", "registry.example/sluice:9", "registry.example/sluice:9", "registry.example/sluice:9"],
            objects.Pods().SelectMany(workload => workload.Pod["containers"].Items()).Select(container => container["image"].Text()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("deployment-load-balancer")]
    [InlineData("deployment-node-port", "service.type=NodePort")]
    [InlineData("daemonset-load-balancer", "kind=DaemonSet")]
    [InlineData("daemonset-host-port", "kind=DaemonSet", "service.enabled=false", "hostPorts.enabled=true")]
    public void The_chart_gives_the_same_pod_as_the_folder(string folder, params string[] values)
    {
        var ours = Assert.Single(Deploy.Kustomize(folder).Pods());
        var theirs = Assert.Single(Deploy.Helm(values).Pods());
        Assert.Equal(ours.Workload, theirs.Workload);
        Assert.Equal(Comparable(ours.Pod).ToJsonString(), Comparable(theirs.Pod).ToJsonString());
    }

    // To YAML 1.1, which Kubernetes reads, y is true and 1234 a number.
    [Fact]
    public void Names_that_look_like_something_else_and_large_numbers_stay_what_they_are()
    {
        var text = Tool.Helm(
            "template", "on", Deploy.Chart, "--namespace", "no", "--kube-version", "1.30.0", "--set-string", "ingressClass.name=yes",
            "--set", "webhook.enabled=true", "--set-string", "webhook.certificate.secretName=1234", "--set-json",
            """scope.namespaces=["y","1234"]""", "--set-json", """config={"max-connections":1000000,"server-header":false,"default-backend":"a/b:80"}""");
        Assert.Contains("namespace: \"y\"", text, StringComparison.Ordinal);
        Assert.Contains("namespace: \"1234\"", text, StringComparison.Ordinal);
        Assert.Contains("namespace: \"no\"", text, StringComparison.Ordinal);
        Assert.Contains("name: \"yes\"", text, StringComparison.Ordinal);
        Assert.Contains("instance: \"on\"", text, StringComparison.Ordinal);
        Assert.Contains("value: \"y,1234\"", text, StringComparison.Ordinal);
        Assert.Contains("max-connections: \"1000000\"", text, StringComparison.Ordinal);
        Assert.Contains("server-header: \"false\"", text, StringComparison.Ordinal);
        Assert.Contains("default-backend: \"a/b:80\"", text, StringComparison.Ordinal);
        Assert.Contains("secretName: \"1234\"", text, StringComparison.Ordinal);
        Assert.Contains("values: [\"no\"]", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?m)(name|secretName|namespace|instance|value): (y|1234|no|on)$", text);
    }

    private static IReadOnlyList<JsonNode> Render(string installation) => installation.Split(' ') switch
    {
        ["helm", .. var values] => Deploy.Helm(values),
        ["everything"] => Deploy.KustomizeOverlay(Everything),
        [var folder, ..] => Deploy.Kustomize(folder),
        [] => [],
    };

    private static bool UsesHostPorts(string installation) =>
        installation.Contains("host-port", StringComparison.Ordinal) || installation.Contains("hostPorts", StringComparison.Ordinal);

    private static JsonNode Selector(JsonNode item) =>
        item["spec"]!["podSelector"]?["matchLabels"] ?? item["spec"]!["selector"]!["matchLabels"] ?? item["spec"]!["selector"]!;

    private static bool Selects(JsonNode labels, JsonNode workload) => labels.AsObject().All(label =>
        workload["spec"]!["template"]!["metadata"]!["labels"]![label.Key]?.ToString() == label.Value!.ToString());

    // Without what has to differ: the chart's own labels, and a policy that each image has by default in the folders.
    private static JsonNode Comparable(JsonNode node) => node switch
    {
        JsonObject fields => new JsonObject(fields
            .Where(field => field.Key is not ("app.kubernetes.io/instance" or "imagePullPolicy"))
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, field.Value is { } value ? Comparable(value) : null))),
        JsonArray items => new JsonArray([.. items.Select(item => Comparable(item!))]),
        _ => node.DeepClone(),
    };

    [GeneratedRegex(@"--[a-z][a-z-]+", RegexOptions.None, 1_000)]
    private static partial Regex Flag();
}
