using Sluice.Behaviour.Harness;
using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>What is done with kubectl goes live, and goes away.</summary>
public sealed class RouteTests(TestCluster cluster) : ClusterTest(cluster)
{
    [Fact]
    public async Task An_Ingress_goes_live_is_changed_and_goes_away()
    {
        var replica = await RunAsync();
        Assert.Equal("404", (await replica.GetAsync(Host)).Outcome);

        await Kubectl.ApplyAsync(Web(), Ingress());
        await replica.AnswersAsync("one", Host);

        await Kubectl.ApplyAsync(Manifests.Ingress($"{Space}/web", [Manifests.Rule(Host, Manifests.Exact("/only", "web"))], className: TestCluster.ClassName));
        await replica.AnswersAsync("404", Host);
        Assert.Equal("one", (await replica.GetAsync(Host, "/only")).Outcome);

        await Kubectl.RunAsync("delete", "ingress", "web", "-n", Space);
        await replica.AnswersAsync("404", Host, "/only");
        Assert.Equal(0, replica.Log.Count("RELOAD"));
    }

    [Fact]
    public async Task Requests_follow_the_EndpointSlices()
    {
        await Kubectl.ApplyAsync(Web(), Ingress());
        var replica = await RunAsync();
        Assert.Equal("one", (await replica.GetAsync(Host)).Outcome);

        await Kubectl.ApplyAsync(Manifests.SliceOf($"{Space}/web", Two));
        await replica.AnswersAsync("two", Host);

        await Kubectl.RunAsync("delete", "endpointslice", "web-1", "-n", Space);
        await replica.AnswersAsync("503", Host);

        await Kubectl.ApplyAsync(Web());
        await replica.AnswersAsync("one", Host);

        await Kubectl.RunAsync("delete", "service", "web", "-n", Space);
        await replica.AnswersAsync("503", Host);
    }

    [Fact]
    public async Task A_TLS_Secret_is_served_and_rotated()
    {
        var (first, second) = (TestCertificate.Ecdsa(Host), TestCertificate.Ecdsa(Host));
        var replica = await RunAsync();
        await Kubectl.ApplyAsync(
            Web(), Manifests.Secret($"{Space}/tls", first),
            Manifests.Ingress($"{Space}/web", [Manifests.Rule(Host, Manifests.Prefix("/", "web"))], tls: [("tls", [Host])], className: TestCluster.ClassName));
        await replica.ServesAsync(first, Host);

        await Kubectl.ApplyAsync(Manifests.Secret($"{Space}/tls", second));
        await replica.ServesAsync(second, Host);
        Assert.Equal(0, replica.Log.Count("RELOAD"));
    }

    [Fact]
    public async Task The_ConfigMap_is_followed()
    {
        await Kubectl.ApplyAsync(Web(), Ingress());
        var replica = await RunAsync();
        Assert.Equal("404", (await replica.GetAsync("other.example.com")).Outcome);

        await Kubectl.ApplyAsync(Manifests.ConfigMap($"{Space}/sluice", [("default-backend", $"{Space}/web:80")]));
        await replica.AnswersAsync("one", "other.example.com");

        await Kubectl.RunAsync("delete", "configmap", "sluice", "-n", Space);
        await replica.AnswersAsync("404", "other.example.com");
    }

    [Fact]
    public async Task A_Secret_of_another_namespace_is_refused_until_the_settings_allow_it()
    {
        var certificate = TestCertificate.Ecdsa(Host);
        var other = await Cluster.NewNamespaceAsync();
        var replica = await RunInAsync($"{Space},{other}");
        await Kubectl.ApplyAsync(Web(), Manifests.Secret($"{other}/tls", certificate), Borrower(other));
        await replica.Log.UntilAsync("ReferenceNotGranted");
        Assert.False((await replica.HandshakeAsync(Host)).Served(certificate));

        await Kubectl.ApplyAsync(Manifests.ConfigMap($"{Space}/sluice", [("allow-cross-namespace", "true")]));
        await replica.ServesAsync(certificate, Host);

        await Kubectl.RunAsync("delete", "configmap", "sluice", "-n", Space);
        await replica.Log.UntilAsync(async () => !(await replica.HandshakeAsync(Host)).Served(certificate), "the Secret is still used");
    }

    [Fact]
    public async Task A_ReferenceGrant_allows_a_Secret_of_another_namespace()
    {
        var kinds = await Kubectl.RunAsync("api-resources", "-o", "name");
        Assert.SkipUnless(kinds.Contains("referencegrants.gateway.networking.k8s.io", StringComparison.Ordinal), "this cluster has no ReferenceGrants");
        var certificate = TestCertificate.Ecdsa(Host);
        var other = await Cluster.NewNamespaceAsync();
        var replica = await RunInAsync($"{Space},{other}");
        await Kubectl.ApplyAsync(Web(), Manifests.Secret($"{other}/tls", certificate), Borrower(other));
        await replica.Log.UntilAsync("ReferenceNotGranted");

        await Kubectl.ApplyAsync($$"""
            ---
            apiVersion: gateway.networking.k8s.io/v1beta1
            kind: ReferenceGrant
            metadata: {name: web, namespace: {{other}}}
            spec:
              from: [{group: networking.k8s.io, kind: Ingress, namespace: {{Space}}}]
              to: [{group: "", kind: Secret, name: tls}]
            """);
        await replica.ServesAsync(certificate, Host);
    }

    private string Borrower(string owner) => Manifests.Ingress(
        $"{Space}/web", [Manifests.Rule(Host, Manifests.Prefix("/", "web"))], tls: [($"{owner}/tls", [Host])], className: TestCluster.ClassName);
}
