using Sluice.Behaviour.Harness;
using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>Which namespaces are served.</summary>
public sealed class ScopeTests(TestCluster cluster) : ClusterTest(cluster)
{
    [Fact]
    public async Task Only_the_named_namespaces_are_served()
    {
        var (second, outside) = (await Cluster.NewNamespaceAsync(), await Cluster.NewNamespaceAsync());
        await Kubectl.ApplyAsync(Site(Space), Site(second), Site(outside));
        var replica = await RunInAsync($"{Space},{second}");

        Assert.Equal("one", (await replica.GetAsync(HostOf(Space))).Outcome);
        Assert.Equal("one", (await replica.GetAsync(HostOf(second))).Outcome);
        Assert.Equal("404", (await replica.GetAsync(HostOf(outside))).Outcome);
    }

    [Fact]
    public async Task A_namespace_is_served_while_it_has_the_label()
    {
        var label = $"test-{Space}";
        var (with, without) = (await Cluster.NewNamespaceAsync($"{{{label}: yes-please}}"), await Cluster.NewNamespaceAsync());
        await Kubectl.ApplyAsync(Site(with), Site(without));
        var replica = await Start("--namespace-selector", $"{label}=yes-please").ServingAsync();
        Assert.Equal("one", (await replica.GetAsync(HostOf(with))).Outcome);
        Assert.Equal("404", (await replica.GetAsync(HostOf(without))).Outcome);

        await Kubectl.RunAsync("label", "namespace", without, $"{label}=yes-please");
        await replica.AnswersAsync("one", HostOf(without));

        await Kubectl.RunAsync("label", "namespace", with, $"{label}-");
        await replica.AnswersAsync("404", HostOf(with));
        Assert.Equal("one", (await replica.GetAsync(HostOf(without))).Outcome);
    }

    private static string HostOf(string space) => $"{space}.example.com";

    private string Site(string space) => Manifests.ServiceOf($"{space}/web", One)
        + Manifests.Ingress($"{space}/web", [Manifests.Rule(HostOf(space), Manifests.Prefix("/", "web"))], className: TestCluster.ClassName);
}
