using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Cluster.Harness;

/// <summary>A test in a namespace of its own: pods that answer, kubectl, and as many replicas as it starts.</summary>
public abstract class ClusterTest(TestCluster cluster) : IAsyncLifetime
{
    protected const string Address = "192.0.2.7";

    private readonly List<Replica> replicas = [];
    private EchoPods? first;
    private EchoPods? second;

    protected TestCluster Cluster => cluster;

    protected string Space { get; private set; } = "";

    /// <summary>A host that no other test has.</summary>
    protected string Host => $"{Space}.example.com";

    protected EchoPod One => first!["one"];

    protected EchoPod Two => second!["two"];

    internal Kubectl Kubectl => cluster.Kubectl;

    public async ValueTask InitializeAsync()
    {
        cluster.Require();
        Space = await cluster.NewNamespaceAsync();
        first = await EchoPods.StartAsync([("one", cluster.PodAddress)]);
        second = await EchoPods.StartAsync([("two", cluster.PodAddress)]);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }

        await (first?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (second?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>An Ingress that sends all of <see cref="Host"/> to the Service web.</summary>
    protected string Ingress(string name = "web", string? host = null, string service = "web", string? className = TestCluster.ClassName) =>
        Manifests.Ingress($"{Space}/{name}", [Manifests.Rule(host ?? Host, Manifests.Prefix("/", service))], className: className);

    /// <summary>The Service web, with one pod.</summary>
    protected string Web(EchoPod? pod = null) => Manifests.ServiceOf($"{Space}/web", pod ?? One);

    /// <summary>Starts a replica that reads this namespace; returns when it serves.</summary>
    internal Task<Replica> RunAsync(params string[] more) => RunInAsync(Space, more);

    internal Task<Replica> RunInAsync(string namespaces, params string[] more) => Start(["--namespaces", namespaces, .. more]).ServingAsync();

    /// <summary>Starts a replica whose lease and settings are in this namespace.</summary>
    internal Replica Start(params string[] more)
    {
        var replica = Replica.Start(["--kubeconfig", cluster.Kubeconfig, "--config", $"{Space}/sluice", "--lease", $"{Space}/leader", .. more]);
        replicas.Add(replica);
        return replica;
    }

    /// <summary>Waits, as <c>kubectl get -w</c> does, until the status of an Ingress names these addresses.</summary>
    internal async Task StatusAsync(string addresses, string ingress = "web")
    {
        await using var watch = WatchStatus(ingress);
        await watch.Output.UntilAsync(
            () => Task.FromResult(watch.Output.Last?.Trim() == addresses), $"the status of {ingress} did not become '{addresses}'");
    }

    internal Child WatchStatus(string ingress = "web") => Kubectl.Start(
        "get", "ingress", ingress, "-n", Space, "--watch", "-o", """jsonpath={.status.loadBalancer.ingress[*].ip} {.status.loadBalancer.ingress[*].hostname}{"\n"}""");
}
