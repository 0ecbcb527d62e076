using System.Diagnostics;
using System.Text;
using Sluice.Controller.Cluster;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>A pod has a token and authorities in a folder whose content is replaced as a whole, by a link.</summary>
public sealed class InClusterTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Token_and_authorities_are_read_again_when_they_are_replaced()
    {
        var (first, second) = (TestAuthority.Root("first"), TestAuthority.Root("second"));
        await using var api = new FakeApi { Certificate = first.Server("localhost") };
        api.Truth.Put(FakeObject.Ingress("a"));
        await api.StartAsync();
        Mount("1", "token-one", first);
        foreach (var name in new[] { "token", "ca.crt", "namespace" })
        {
            File.CreateSymbolicLink(folder[name], Path.Join("..data", name));
        }

        var endpoint = InCluster.Endpoint(folder.Path, "localhost", api.Address.Port);
        Assert.Equal("sluice-system", endpoint.Namespace);
        api.Admits = request => request.Authorization == "Bearer token-one";
        await using var run = new ClusterRun(api, endpoint: endpoint);
        await run.EqualAsync();

        Mount("2", "token-two", first);
        api.Admits = request => request.Authorization == "Bearer token-two";
        await api.CutAsync();
        api.Truth.Put(FakeObject.Ingress("b"));
        await run.EqualAsync();

        await api.StopAsync();
        Mount("3", "token-two", second);
        api.Certificate = second.Server("localhost");
        api.Truth.Put(FakeObject.Ingress("c"));
        await api.StartAsync();
        await run.EqualAsync();
        Assert.DoesNotContain(run.Log.Lines, line => line.Contains("token-", StringComparison.Ordinal));
    }

    [Fact]
    public void An_address_of_IPv6_is_put_in_brackets()
    {
        folder.Write("token", "x");

        Assert.Equal("https://[fd00::1]:6443/", InCluster.Endpoint(folder.Path, "fd00::1", 6443).Server.AbsoluteUri);
    }

    [Fact]
    public void A_file_is_looked_at_again_and_what_cannot_be_read_changes_nothing()
    {
        var file = new FreshFile(folder.Write("token", "one"), TimeSpan.Zero);
        var first = file.Read();
        folder.Write("token", "one");
        Assert.Same(first, file.Read());
        File.Delete(folder["token"]);
        Assert.Same(first, file.Read(isStale: true));
        folder.Write("token", "");
        Assert.Same(first, file.Read());
        folder.Write("token", "two");
        Assert.Equal("two", Encoding.UTF8.GetString(file.Read()));

        var patient = new FreshFile(folder["token"]);
        var held = patient.Read();
        folder.Write("token", "three");
        Assert.Same(held, patient.Read());
        Assert.Equal("three", Encoding.UTF8.GetString(patient.Read(isStale: true)));
    }

    // As the kubelet does it: a new folder, and then the link to it in one step.
    private void Mount(string version, string token, TestAuthority authority)
    {
        folder.Write($"..{version}/token", token);
        folder.Write($"..{version}/ca.crt", authority.Pem);
        folder.Write($"..{version}/namespace", "sluice-system\n");
        File.CreateSymbolicLink(folder["..data_tmp"], $"..{version}");
        using var move = Process.Start("mv", ["-T", folder["..data_tmp"], folder["..data"]]);
        move.WaitForExit();
    }
}
