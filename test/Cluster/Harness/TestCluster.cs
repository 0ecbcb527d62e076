using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Sluice.Behaviour.Harness;
using Sluice.Cluster.Harness;
using Xunit;

[assembly: AssemblyFixture(typeof(TestCluster))]

namespace Sluice.Cluster.Harness;

/// <summary>
/// The cluster that the tests share: the one of KUBECONFIG, or a small API server of our own, started once. Each test
/// has a namespace for itself; the class is one for all, as classes belong to no namespace.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    public const string ClassName = "sluice-test";

    private const string Variable = "SLUICE_KUBE_API";
    private const string InRepository = ".tools/kube-api";
    private const string Missing =
        $"there is no API server: KUBECONFIG names no cluster, and neither {Variable} nor {InRepository} has what build/get-kube-api makes";

    private readonly List<string> namespaces = [];
    private KubeApi? own;
    private Kubectl? kubectl;
    private string kubeconfig = "";
    private string cache = "";

    /// <summary>Where pods listen: on this machine alone, unless it is a real API server, which takes no such address.</summary>
    public IPAddress PodAddress { get; private set; } = IPAddress.Loopback;

    internal Kubectl Kubectl => kubectl ?? throw new InvalidOperationException(Missing);

    internal string Kubeconfig => kubeconfig;

    public async ValueTask InitializeAsync()
    {
        if (Named() is { } named)
        {
            cache = Directory.CreateTempSubdirectory("sluice-kubectl-").FullName;
            (kubeconfig, kubectl, PodAddress) = (named, new Kubectl("kubectl", named, cache), OwnAddress());
        }
        else if (Programs() is { } programs)
        {
            own = await KubeApi.StartAsync(programs);
            (kubeconfig, kubectl) = (own.Kubeconfig, own.Kubectl);
        }
        else
        {
            return;
        }

        await kubectl.ApplyAsync(Manifests.IngressClass(ClassName));
    }

    public async ValueTask DisposeAsync()
    {
        if (cache.Length > 0)
        {
            string[] spaces = [.. namespaces.Select(name => $"namespace/{name}")];
            await Kubectl.RunAsync(["delete", "--ignore-not-found", "--wait=false", $"ingressclass/{ClassName}", .. spaces], "");
            Directory.Delete(cache, recursive: true);
        }

        await (own?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Skips the test where there is no cluster.</summary>
    internal void Require() => Assert.SkipWhen(kubectl is null, Missing);

    internal async Task<string> NewNamespaceAsync(string labels = "{}")
    {
        var name = $"t-{Guid.NewGuid().ToString("N")[..8]}";
        lock (namespaces)
        {
            namespaces.Add(name);
        }

        await Kubectl.ApplyAsync($"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {labels}}}\n");
        return name;
    }

    /// <summary>An API server for one test alone, which may stop it or ask for rights. Skips the test where there is none.</summary>
    internal static async Task<KubeApi> StartOwnAsync(params string[] flags)
    {
        var programs = Programs();
        Assert.SkipWhen(programs is null, $"this test needs an API server of its own, but neither {Variable} nor {InRepository} has one");
        return await KubeApi.StartAsync(programs!, flags);
    }

    private static string? Named() => Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } named ? named : null;

    private static string? Programs()
    {
        string[] candidates = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? [chosen] : [.. Above(AppContext.BaseDirectory)];
        return Array.Find(candidates, folder => File.Exists(Path.Combine(folder, "bin", "kube-api")));
    }

    private static IEnumerable<string> Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, InRepository);
        }
    }

    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)) ?? IPAddress.Loopback;
}
