using System.Text.Json;
using Sluice.Behaviour.Harness;
using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>
/// The controller as it is installed, with its own account and no other rights: it asks for nothing that is refused, and
/// no right is there that it does not use. The rules are compared with each other and with docs/rbac.md by RbacTests.
/// </summary>
public sealed class RightsTests : IAsyncLifetime
{
    private const string System = "sluice-system";
    private const string User = $"system:serviceaccount:{System}:sluice";

    private const string Shop = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {ingress: sluice}}}";

    /// <summary>All that is asked for. Whoever adds a call adds it here, too.</summary>
    private static readonly string[] Calls =
    [
        "create events",
        "create leases.coordination.k8s.io",
        "get configmaps",
        "get endpointslices.discovery.k8s.io",
        "get events",
        "get ingresses.networking.k8s.io",
        "get leases.coordination.k8s.io",
        "get services",
        "patch events",
        "patch ingresses/status.networking.k8s.io",
        "update leases.coordination.k8s.io",
        "watch configmaps",
        "watch endpointslices.discovery.k8s.io",
        "watch ingressclasses.networking.k8s.io",
        "watch ingresses.networking.k8s.io",
        "watch leases.coordination.k8s.io",
        "watch referencegrants.gateway.networking.k8s.io",
        "watch secrets",
        "watch services",
    ];

    private KubeApi? server;
    private EchoPods? pods;

    private Kubectl Kubectl => server!.Kubectl;

    public async ValueTask InitializeAsync()
    {
        server = await TestCluster.StartOwnAsync("-rbac");
        pods = await EchoPods.StartAsync("one");
    }

    public async ValueTask DisposeAsync()
    {
        await (pods?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task The_rights_of_the_folder_are_those_that_are_used()
    {
        await Kubectl.RunAsync("apply", "--validate=strict", "-k", Checkout.Deploy("deployment-load-balancer"));
        await LiveAsync();
        await JudgeAsync();
    }

    [Theory]
    [InlineData("SLUICE_NAMESPACES", "shop", "sluice: watch namespaces", "")]
    [InlineData("SLUICE_NAMESPACE_SELECTOR", "ingress=sluice", "", "watch namespaces")]
    public async Task The_rights_for_selected_namespaces_are_those_that_are_used(string variable, string value, string unused, string more)
    {
        var folder = Directory.CreateTempSubdirectory("sluice-overlay-").FullName;
        try
        {
            // As docs/rbac.md shows it.
            await File.WriteAllTextAsync(Path.Combine(folder, "kustomization.yaml"), $$"""
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [{{Path.GetRelativePath(folder, Checkout.Deploy("deployment-load-balancer"))}}]
                components: [{{Path.GetRelativePath(folder, Checkout.Deploy("components/selected-namespaces"))}}]
                patches:
                  - target: {kind: Deployment, name: sluice}
                    patch: |
                      - {op: add, path: /spec/template/spec/containers/0/env/-, value: {name: {{variable}}, value: {{value}} } }
                """, TestContext.Current.CancellationToken);
            await Kubectl.ApplyAsync(Shop);
            await Kubectl.RunAsync("apply", "--validate=strict", "-k", folder);
            await Kubectl.RunAsync("apply", "--validate=strict", "-f", Checkout.Deploy("components/selected-namespaces/rolebinding.yaml"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        await LiveAsync();
        await JudgeAsync(unused, more);
    }

    private async Task LiveAsync()
    {
        try
        {
            await LiveThroughItAllAsync();
        }
        finally
        {
            // Says more than that something did not come about.
            Assert.Empty(OwnCalls().Where(call => !call.Allowed).Distinct());
        }
    }

    // Everything that makes the controller ask or tell something.
    private async Task LiveThroughItAllAsync()
    {
        var environment = await EnvironmentAsync();
        await using var first = Start(environment);
        await first.ServingAsync();
        await first.LeadingAsync();
        await Kubectl.RunAsync(
            "patch", "service", "sluice", "-n", System, "--subresource=status", "--type=merge", "-p", """{"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}}}""");
        await Kubectl.ApplyAsync(Shop);
        await Kubectl.ApplyAsync(
            Manifests.ServiceOf("shop/web", pods!["one"]), Manifests.Secret("shop/tls", TestCertificate.Ecdsa("web.example.com")), Site("web", "tls"));
        await Kubectl.RunAsync("wait", "ingress/web", "-n", "shop", "--for=jsonpath={.status.loadBalancer.ingress[0].ip}=192.0.2.7", "--timeout=40s");

        // Something wrong with each kind of object, as far as this server takes it.
        await Kubectl.ApplyAsync(
            Site("absent", "not-there"), Manifests.Service("shop/wrong", ports: "{port: 0}"),
            Manifests.Slice("shop/wrong", 80, [new EndpointAt("nowhere")]), Manifests.ConfigMap($"{System}/sluice", [("ssl-redirect", "perhaps")]));
        await EventAsync("SecretNotFound", "shop");
        await EventAsync("InvalidObject", "shop", "Service");
        await EventAsync("InvalidObject", "shop", "EndpointSlice");
        await EventAsync("InvalidSetting", System);

        await using var second = Start(environment);
        await second.ServingAsync();
        first.Signal(Child.Sigterm);
        await second.LeadingAsync();
        await Kubectl.ApplyAsync(Site("later", "tls"));
        await EventAsync("SecretNotFound", "shop", count: 2);
        await Kubectl.RunAsync("wait", "ingress/later", "-n", "shop", "--for=jsonpath={.status.loadBalancer.ingress[0].ip}=192.0.2.7", "--timeout=40s");
    }

    private async Task JudgeAsync(string unused = "", string more = "")
    {
        var calls = OwnCalls();
        Assert.Equal(Calls.Concat(Items(more)).Order(StringComparer.Ordinal), calls.Select(call => call.ToString()).Distinct().Order(StringComparer.Ordinal));

        var granted = Granted.Read(await Kubectl.RunAsync("get", "clusterroles,roles", "--all-namespaces", "-o", "json"));
        Assert.Equal(Items(unused), granted.Where(right => !IsForOthers(right) && !calls.Exists(right.Covers)).Select(right => right.ToString()));
    }

    private List<Call> OwnCalls() => [.. Call.Read(server!.AuditFile).Where(call => call.User == User)];

    private static string[] Items(string text) => text.Length > 0 ? [text] : [];

    // API servers before 1.32 are asked for lists. This one takes no Secret and no IngressClass that would be an invalid
    // object, of which an Event is to tell.
    private static bool IsForOthers(Granted right) =>
        right.Verb == "list" || (right.Verb, right.Resource) is ("get", "secrets" or "ingressclasses.networking.k8s.io");

    private static string Site(string name, string secret) => Manifests.Ingress(
        $"shop/{name}", [Manifests.Rule($"{name}.example.com", Manifests.Prefix("/", "web"))], tls: [(secret, [$"{name}.example.com"])],
        annotations: [("sluice.dev/error-pages", "pages")], className: "sluice");

    private Replica Start(IReadOnlyList<(string Name, string Value)> environment) =>
        Replica.Start(environment, "--kubeconfig", server!.ServiceAccount(System, "sluice"), "--bind", "127.0.0.1");

    // What the pod of the installation gets. A variable is put into those that come after it.
    private async Task<IReadOnlyList<(string Name, string Value)>> EnvironmentAsync()
    {
        var json = await Kubectl.RunAsync("get", "deployment", "sluice", "-n", System, "-o", "jsonpath={.spec.template.spec.containers[0].env}");
        List<(string Name, string Value)> result = [("POD_NAME", "sluice-0"), ("POD_NAMESPACE", System)];
        foreach (var variable in JsonDocument.Parse(json).RootElement.EnumerateArray().Where(variable => variable.TryGetProperty("value", out _)))
        {
            var value = variable.GetProperty("value").GetString()!.Replace("$(POD_NAMESPACE)", System, StringComparison.Ordinal);
            result.Add((variable.GetProperty("name").GetString()!, value));
        }

        return result;
    }

    private async Task EventAsync(string reason, string space, string about = "", int count = 1)
    {
        await using var watch = Kubectl.Start(
            "get", "events", "-n", space, "--watch", "-o", "jsonpath={.reason} {.count} {.involvedObject.kind}{\"\\n\"}");
        await watch.Output.UntilAsync($"{reason} {count} {about}");
    }
}
