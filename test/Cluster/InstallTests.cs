using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>An API server that looks at each field takes what is in deploy/kustomize.</summary>
public sealed class InstallTests : IAsyncLifetime
{
    private KubeApi? server;

    public async ValueTask InitializeAsync() => server = await TestCluster.StartOwnAsync();

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Each_folder_can_be_installed()
    {
        foreach (var folder in Checkout.Installations())
        {
            var said = await server!.Kubectl.RunAsync("apply", "--validate=strict", "--warnings-as-errors", "-k", folder);
            Assert.Contains("clusterrole.rbac.authorization.k8s.io/sluice ", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_component_can_be_installed()
    {
        var overlay = Directory.CreateTempSubdirectory("sluice-overlay-").FullName;
        try
        {
            // Its certificates are cert-manager's, which this server does not know.
            var components = Directory.EnumerateDirectories(Checkout.Deploy("components")).Where(folder => Path.GetFileName(folder) is
                not ("webhook-cert-manager" or "daemonset" or "host-port" or "images" or "load-balancer" or "node-port"));
            await File.WriteAllTextAsync(
                Path.Combine(overlay, "kustomization.yaml"),
                $"""
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [{Relative(Checkout.Deploy("deployment-load-balancer"))}]
                components: [{string.Join(", ", components.Select(Relative))}]
                """,
                TestContext.Current.CancellationToken);
            var said = await server!.Kubectl.RunAsync("apply", "--validate=strict", "--warnings-as-errors", "-k", overlay);
            Assert.Contains("validatingwebhookconfiguration", said, StringComparison.Ordinal);
            Assert.Contains("networkpolicy", said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(overlay, recursive: true);
        }

        string Relative(string folder) => Path.GetRelativePath(overlay, folder);
    }

    [Fact]
    public async Task A_field_that_does_not_exist_is_refused() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => server!.Kubectl.ApplyAsync(
            "{apiVersion: v1, kind: Service, metadata: {name: wrong}, spec: {prots: [{port: 80}]}}"));
}
