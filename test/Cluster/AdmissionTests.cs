using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Behaviour.Harness;
using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>The API server asks <c>sluice webhook</c>, as the component in deploy/kustomize has it do.</summary>
public sealed partial class AdmissionTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("sluice-webhook-").FullName;
    private readonly int port = Ports.Free();
    private KubeApi? server;
    private Child? webhook;

    public async ValueTask InitializeAsync()
    {
        server = await TestCluster.StartOwnAsync();
        var certificate = TestCertificate.Ecdsa("localhost");
        var (file, key) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        await File.WriteAllTextAsync(file, certificate.Certificate);
        await File.WriteAllTextAsync(key, certificate.Key);
        webhook = Child.Start(
            Path.Combine(AppContext.BaseDirectory, "sluice"),
            ["webhook", "--port", $"{port}", "--tls-cert", file, "--tls-key", key],
            ("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."))),
            ("NO_COLOR", "1"));
        await webhook.Errors.UntilAsync($"{port}");

        // Ours, but for where it is found: here is no Service.
        var registration = await File.ReadAllTextAsync(Checkout.Deploy("components/webhook/validatingwebhookconfiguration.yaml"));
        var found = $"clientConfig: &client\n      url: https://localhost:{port}/validate\n      caBundle: {Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.Certificate))}\n";
        await server.Kubectl.ApplyAsync(Service().Replace(registration, found));
        await server.Kubectl.RunAsync("create", "namespace", "shop");
        await AskedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (webhook?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_cannot_be_served_is_refused_with_its_field_and_all_else_is_taken()
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => server!.Kubectl.ApplyAsync(Ingress("wrong", "maybe")));
        Assert.Contains("denied the request", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("metadata.annotations[sluice.dev/ssl-redirect]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("expected true or false", refusal.Message, StringComparison.Ordinal);

        Assert.Contains("created", await server!.Kubectl.ApplyAsync(Ingress("right", "true")), StringComparison.Ordinal);
        Assert.Contains("created", await server.Kubectl.ApplyAsync(Ingress("another", "maybe", className: "nginx")), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Kubectl.ApplyAsync(Ingress("right", "maybe")));
    }

    [Fact]
    public async Task Without_the_webhook_Ingresses_are_taken_unchecked()
    {
        await webhook!.EndAsync(Child.Sigkill);

        Assert.Contains("created", await server!.Kubectl.ApplyAsync(Ingress("wrong", "maybe")), StringComparison.Ordinal);
    }

    // The API server learns of a registration a moment after it is there.
    private Task AskedAsync() => webhook!.Errors.UntilAsync(
        async () =>
        {
            try
            {
                await server!.Kubectl.RunAsync(["apply", "--dry-run=server", "-f", "-"], Ingress("probe", "maybe"));
                return false;
            }
            catch (InvalidOperationException error) when (error.Message.Contains("denied the request", StringComparison.Ordinal))
            {
                return true;
            }
        },
        "the API server did not ask the webhook");

    private static string Ingress(string name, string redirect, string className = "sluice") => Manifests.Ingress(
        $"shop/{name}", [Manifests.Rule($"{name}.example.com", Manifests.Prefix("/", "web"))], annotations: [("sluice.dev/ssl-redirect", redirect)], className: className);

    [GeneratedRegex("clientConfig: &client\n      service:\n(        .*\n)+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Service();
}
