using System.Text.Json.Nodes;
using Xunit;

namespace Sluice.Unit.Install;

/// <summary>The rights that are asked for: those the controller uses, no more, in both installations, and explained.</summary>
public sealed class RbacTests
{
    /// <summary>
    /// Each call of the controller to the API server: the role it needs, group, resource, the only name where there is
    /// one, and verbs. Whoever adds a call adds it here, to both installations, and to docs/rbac.md.
    /// </summary>
    private static readonly (string Role, string Group, string Resource, string Name, string[] Verbs)[] Calls =
    [
        ("cluster", "networking.k8s.io", "ingressclasses", "", ["get", "list", "watch"]),
        ("selector", "", "namespaces", "", ["list", "watch"]),
        ("namespaced", "networking.k8s.io", "ingresses", "", ["get", "list", "watch"]),
        ("namespaced", "networking.k8s.io", "ingresses/status", "", ["patch"]),
        ("namespaced", "", "services", "", ["get", "list", "watch"]),
        ("namespaced", "discovery.k8s.io", "endpointslices", "", ["get", "list", "watch"]),
        ("namespaced", "", "secrets", "", ["get", "list", "watch"]),
        ("namespaced", "", "configmaps", "", ["list", "watch"]),
        ("namespaced", "gateway.networking.k8s.io", "referencegrants", "", ["list", "watch"]),
        ("namespaced", "", "events", "", ["create", "get", "patch"]),
        ("own", "", "configmaps", "", ["list", "watch"]),
        ("own", "", "configmaps", "sluice", ["get"]),
        ("own", "", "services", "sluice", ["list", "watch"]),
        ("own", "coordination.k8s.io", "leases", "", ["create"]),
        ("own", "coordination.k8s.io", "leases", "sluice-leader", ["get", "list", "update", "watch"]),
        ("own", "", "events", "", ["create", "get", "patch"]),
        ("certificate", "", "secrets", "sluice-default-tls", ["get", "list", "watch"]),
    ];

    private const string Selected = """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: [DEPLOY/deployment-load-balancer]
        components: [DEPLOY/components/selected-namespaces, DEPLOY/components/default-certificate]
        """;

    [Fact]
    public void The_rules_in_the_folders_are_the_calls_of_the_controller()
    {
        var rbac = Deploy.ReadFile("kustomize", "base", "rbac.yaml");
        Assert.Equal(Wanted("cluster"), Rules(rbac.One("ClusterRole", "sluice")["rules"]));
        Assert.Equal(Wanted("namespaced"), Rules(rbac.One("ClusterRole", "sluice-namespaced")["rules"]));
        Assert.Equal(Wanted("own"), Rules(rbac.One("Role", "sluice")["rules"]));
        var certificate = Deploy.ReadFile("kustomize", "components", "default-certificate", "role.yaml");
        Assert.Equal(Wanted("certificate"), Rules(certificate.One("Role", "sluice-default-certificate")["rules"]));
    }

    [Theory]
    [InlineData("cluster")]
    [InlineData("selector")]
    [InlineData("namespaced")]
    [InlineData("own")]
    [InlineData("certificate")]
    public void The_rules_in_the_chart_are_the_calls_of_the_controller(string role) =>
        Assert.Equal(Wanted(role), Rules(Deploy.ReadFile("helm", "sluice", "files", $"rules-{role}.yaml").Single()));

    [Fact]
    public void The_chart_gives_what_the_folder_gives()
    {
        var folder = Deploy.Kustomize("deployment-load-balancer");
        var chart = Deploy.Helm();
        Assert.Equal(Roles(folder), Roles(chart));
        Assert.Equal(Bindings(folder), Bindings(chart));
    }

    [Fact]
    public void With_selected_namespaces_no_secret_can_be_read_elsewhere()
    {
        var folder = Deploy.KustomizeOverlay(Selected);
        Assert.Equal(
            ["ClusterRoleBinding - ClusterRole sluice", "RoleBinding sluice-system Role sluice", "RoleBinding sluice-system Role sluice-default-certificate"],
            Bindings(folder));
        Assert.Equal(Wanted("cluster").Concat(Wanted("selector")).Order(StringComparer.Ordinal), Rules(folder.One("ClusterRole", "sluice")["rules"]));

        Assert.Equal(
            [
                "ClusterRoleBinding - ClusterRole sluice", "RoleBinding shop ClusterRole sluice-namespaced",
                "RoleBinding sluice-system Role sluice", "RoleBinding web ClusterRole sluice-namespaced",
            ],
            Bindings(Deploy.Helm("scope.namespaces={shop,web}")));
        Assert.Equal(
            ["ClusterRoleBinding - ClusterRole sluice", "RoleBinding shop ClusterRole sluice-namespaced", "RoleBinding sluice-system Role sluice"],
            Bindings(Deploy.Helm("scope.namespaceSelector=a=b", "scope.bindNamespaces={shop}")));
    }

    [Fact]
    public void Which_Secrets_can_be_read_is_what_was_asked_for()
    {
        Assert.Equal(["everywhere: all"], Secrets(Deploy.Kustomize("deployment-load-balancer")));
        Assert.Equal(["sluice-system: sluice-default-tls"], Secrets(Deploy.KustomizeOverlay(Selected)));
        Assert.Equal(["everywhere: all"], Secrets(Deploy.Helm("config.default-certificate=sluice-system/cert")));
        Assert.Equal(["shop: all"], Secrets(Deploy.Helm("scope.namespaces={shop}")));
        Assert.Equal(["shop: all", "sluice-system: cert"], Secrets(Deploy.Helm("scope.namespaces={shop}", "config.default-certificate=sluice-system/cert")));
        Assert.Equal(["shop: all"], Secrets(Deploy.Helm("scope.namespaces={shop}", "config.default-certificate=shop/cert")));
        Assert.Equal(["sluice-system: cert"], Secrets(Deploy.Helm("scope.namespaceSelector=a=b", "config.default-certificate=sluice-system/cert")));
    }

    [Fact]
    public void The_webhook_has_no_rights()
    {
        var chart = Deploy.Helm("webhook.enabled=true");
        Assert.DoesNotContain(
            chart.SelectMany(item => item["subjects"].Items()), subject => subject["name"].Text() == "sluice-webhook");
        Assert.Equal("sluice-webhook", chart.One("Deployment", "sluice-webhook")["spec"]!["template"]!["spec"]!["serviceAccountName"].Text());
    }

    [Fact]
    public void Each_rule_is_explained()
    {
        var rows = File.ReadAllLines(Path.Join(Golden.Root, "docs", "rbac.md"));
        Assert.All(Calls, call => Assert.Contains(rows, row =>
            row.StartsWith($"| `{call.Resource}`", StringComparison.Ordinal) &&
            call.Verbs.All(verb => row.Contains(verb, StringComparison.Ordinal)) &&
            (call.Name.Length == 0 || row.Contains($"`{call.Name}`", StringComparison.Ordinal))));
    }

    private static IEnumerable<string> Wanted(string role) =>
        Calls.Where(call => call.Role == role).Select(call => Line(call.Group, call.Resource, call.Name, call.Verbs)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Rules(JsonNode? rules) => rules.Items()
        .Select(rule => Line(
            Join(rule["apiGroups"]), Join(rule["resources"]),
            Join(rule["resourceNames"]).Replace("{{ include \"sluice.fullname\" . }}", "sluice", StringComparison.Ordinal)
                .Replace("{{ index .Values.config \"default-certificate\" | toString | base }}", "sluice-default-tls", StringComparison.Ordinal),
            rule["verbs"].Items().Select(verb => verb.Text())))
        .Order(StringComparer.Ordinal);

    private static string Line(string group, string resource, string name, IEnumerable<string> verbs) =>
        $"{string.Join(' ', verbs.Order(StringComparer.Ordinal))}: {resource}.{group} {name}";

    private static string Join(JsonNode? list) => string.Join(',', list.Items().Select(item => item.Text()));

    private static IEnumerable<string> Roles(IEnumerable<JsonNode> items) => items
        .Where(item => item.Kind() is "Role" or "ClusterRole")
        .SelectMany(item => Rules(item["rules"]).Select(rule => $"{item.Kind()} {item.Name()} {rule}"))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Bindings(IEnumerable<JsonNode> items) => items
        .Where(item => item.Kind() is "RoleBinding" or "ClusterRoleBinding")
        .Select(item => $"{item.Kind()} {Place(item)} {item["roleRef"]!["kind"]} {item["roleRef"]!["name"]}")
        .Order(StringComparer.Ordinal);

    // Where which Secrets can be read, all bindings taken together.
    private static IEnumerable<string> Secrets(IReadOnlyList<JsonNode> items) =>
        from binding in items
        where binding.Kind() is "RoleBinding" or "ClusterRoleBinding"
        from rule in items.One(binding["roleRef"]!["kind"].Text(), binding["roleRef"]!["name"].Text())["rules"].Items()
        where rule["resources"].Items().Any(resource => resource.Text() is "secrets" or "*")
        let names = Join(rule["resourceNames"])
        let line = $"{(binding.Kind() == "ClusterRoleBinding" ? "everywhere" : Place(binding))}: {(names.Length == 0 ? "all" : names)}"
        orderby line
        select line;

    // helm puts what names no namespace into that of the release.
    private static string Place(JsonNode binding) =>
        binding.Kind() == "ClusterRoleBinding" ? "-" : binding["metadata"]!["namespace"]?.ToString() ?? "sluice-system";
}
