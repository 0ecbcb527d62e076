using System.Net;
using Sluice.Behaviour.Harness;
using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>While the API server cannot be reached, what was known is served.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private const string Host = "web.example.com";

    private KubeApi? server;
    private Relay? relay;
    private EchoPods? pods;
    private Replica? replica;

    private Kubectl Kubectl => server!.Kubectl;

    public async ValueTask InitializeAsync()
    {
        server = await TestCluster.StartOwnAsync();
        relay = new Relay(server.Port);
        pods = await EchoPods.StartAsync("one");
        await Kubectl.ApplyAsync(Manifests.IngressClass(TestCluster.ClassName), Manifests.ServiceOf("web", pods["one"]), Site("web"));
    }

    public async ValueTask DisposeAsync()
    {
        await (replica?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (pods?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (relay?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task A_replica_is_ready_when_it_has_read_the_cluster_and_not_before()
    {
        var starting = Start();
        await starting.Log.UntilAsync("The API server does not give");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await starting.ReadyzAsync());

        relay!.Mend();
        await starting.ServingAsync();
        await starting.ReadyAsync();
        Assert.Equal("one", (await starting.GetAsync(Host)).Outcome);
    }

    [Fact]
    public async Task HAProxy_serves_while_the_API_server_is_gone_and_what_it_says_afterwards_is_followed()
    {
        relay!.Mend();
        var running = await Start("--publish-address", "192.0.2.7").ServingAsync();
        await running.LeadingAsync();

        await server!.StopServerAsync();
        await running.Log.UntilAsync("The API server does not give");
        Assert.Equal("one", (await running.GetAsync(Host)).Outcome);
        Assert.Equal(HttpStatusCode.OK, await running.ReadyzAsync());

        await server.StartServerAsync();
        await Kubectl.ApplyAsync(Site("later"));
        await Kubectl.RunAsync("delete", "ingress", "web");
        await running.AnswersAsync("one", "later.example.com");
        await running.AnswersAsync("404", Host);
        await Kubectl.RunAsync("wait", "ingress/later", "--for=jsonpath={.status.loadBalancer.ingress[0].ip}=192.0.2.7", "--timeout=40s");
    }

    [Fact]
    public async Task What_changed_meanwhile_is_found_also_when_the_server_has_forgotten_how()
    {
        relay!.Mend();
        var running = await Start().ServingAsync();
        var version = await Kubectl.RunAsync("get", "ingress", "web", "-o", "jsonpath={.metadata.resourceVersion}");

        await relay.CutAsync();
        await running.Log.UntilAsync("The API server does not give");
        await Kubectl.ApplyAsync(Site("a"), Site("b"));
        await Kubectl.ApplyAsync(Site("a", "a2"));
        await Kubectl.RunAsync("delete", "ingress", "web", "b");
        await server!.CompactAsync();
        await server.StopServerAsync();
        await server.StartServerAsync();
        Assert.Contains(
            "too old resource version",
            await Kubectl.RunAsync("get", "--raw", $"/apis/networking.k8s.io/v1/ingresses?watch=true&timeoutSeconds=1&resourceVersion={version}"),
            StringComparison.Ordinal);

        relay.Mend();
        await running.AnswersAsync("one", "a2.example.com");
        await running.AnswersAsync("404", Host);
        Assert.Equal("404", (await running.GetAsync("a.example.com")).Outcome);
        Assert.Equal("404", (await running.GetAsync("b.example.com")).Outcome);
    }

    private static string Site(string name, string? host = null) =>
        Manifests.Ingress(name, [Manifests.Rule($"{host ?? name}.example.com", Manifests.Prefix("/", "web"))], className: TestCluster.ClassName);

    private Replica Start(params string[] more) => replica = Replica.Start(
        ["--kubeconfig", server!.KubeconfigAt(relay!.Port), "--namespaces", "default", "--config", "default/sluice", "--lease", "default/leader", .. more]);
}
