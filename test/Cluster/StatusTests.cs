using Sluice.Behaviour.Harness;
using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>The addresses that the status of an Ingress names.</summary>
public sealed class StatusTests(TestCluster cluster) : ClusterTest(cluster)
{
    private const string Foreign = "198.51.100.9";

    [Fact]
    public async Task The_address_is_shown_when_the_route_is_live_and_not_before()
    {
        var replica = await RunAsync("--publish-address", Address);
        await replica.LeadingAsync();
        await Kubectl.ApplyAsync(Web(), Ingress());

        await StatusAsync(Address);
        Assert.Equal("one", (await replica.GetAsync(Host)).Outcome);
    }

    [Fact]
    public async Task What_HAProxy_does_not_serve_has_no_address()
    {
        await Kubectl.ApplyAsync(Web(), Ingress("other", className: "another"), Ingress());
        var replica = await RunAsync("--publish-address", Address);
        await StatusAsync(Address);

        await Kubectl.ApplyAsync(Ingress(className: "another"));
        await StatusAsync("");
        await StatusAsync("", "other");
        await replica.AnswersAsync("404", Host);
    }

    [Fact]
    public async Task The_addresses_of_a_Service_are_followed()
    {
        await Kubectl.ApplyAsync(Web(), Ingress(), Manifests.Service($"{Space}/entry").Replace("ClusterIP", "LoadBalancer", StringComparison.Ordinal));
        var replica = await RunAsync("--publish-service", $"{Space}/entry");
        await replica.Log.UntilAsync("there is no address to publish");

        await PublishAsync($$"""{"ip": "{{Address}}"}, {"hostname": "lb.example.net"}""");
        await StatusAsync($"{Address} lb.example.net");

        await PublishAsync("""{"ip": "192.0.2.8"}""");
        await StatusAsync("192.0.2.8");

        await Kubectl.RunAsync("delete", "service", "entry", "-n", Space);
        await StatusAsync("");
    }

    [Fact]
    public async Task The_addresses_of_others_stay_and_ours_go_at_the_end()
    {
        await Kubectl.ApplyAsync(Web(), Ingress(), Ingress("shared", $"shared.{Host}"));
        await WriteStatusAsync("shared", Foreign);
        var replica = await RunAsync("--publish-address", Address, "--withdraw-status");
        await StatusAsync(Address);
        await StatusAsync($"{Foreign} {Address}", "shared");

        replica.Signal(Child.Sigterm);
        Assert.Equal(0, await replica.ExitCodeAsync());
        await StatusAsync("");
        await StatusAsync(Foreign, "shared");
    }

    [Fact]
    public async Task A_replica_that_only_ends_leaves_the_status_as_it_is_and_the_next_one_takes_it_over()
    {
        await Kubectl.ApplyAsync(Web(), Ingress());
        var replica = await RunAsync("--publish-address", Address);
        await StatusAsync(Address);
        replica.Signal(Child.Sigterm);
        Assert.Equal(0, await replica.ExitCodeAsync());
        await StatusAsync(Address);

        var next = await RunAsync("--publish-address", "192.0.2.8");
        await next.LeadingAsync();
        await StatusAsync("192.0.2.8");
    }

    [Fact]
    public async Task What_somebody_else_takes_out_is_written_again()
    {
        await Kubectl.ApplyAsync(Web(), Ingress());
        await RunAsync("--publish-address", Address);
        await StatusAsync(Address);

        await WriteStatusAsync("web", Foreign);
        await StatusAsync($"{Foreign} {Address}");
    }

    [Fact]
    public async Task A_status_that_is_right_is_not_written()
    {
        await Kubectl.ApplyAsync(Web(), Ingress());
        var first = await RunAsync("--publish-address", Address);
        await StatusAsync(Address);
        first.Signal(Child.Sigterm);
        await first.ExitCodeAsync();
        var version = await VersionAsync();

        var next = await RunAsync("--publish-address", Address);
        await next.LeadingAsync();
        await Kubectl.ApplyAsync(Ingress("later", $"later.{Host}"));
        await StatusAsync(Address, "later");
        Assert.Equal(version, await VersionAsync());
    }

    private Task<string> VersionAsync() => Kubectl.RunAsync("get", "ingress", "web", "-n", Space, "-o", "jsonpath={.metadata.resourceVersion}");

    private Task PublishAsync(string entries) => PatchAsync("service", "entry", entries);

    private Task WriteStatusAsync(string ingress, string ip) => PatchAsync("ingress", ingress, $$"""{"ip": "{{ip}}"}""");

    private Task PatchAsync(string kind, string name, string entries) => Kubectl.RunAsync(
        "patch", kind, name, "-n", Space, "--subresource=status", "--type=merge", "-p", $$$"""{"status": {"loadBalancer": {"ingress": [{{{entries}}}] } } }""");
}
