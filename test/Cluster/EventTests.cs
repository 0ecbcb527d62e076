using System.Globalization;
using System.Text.Json;
using Sluice.Behaviour.Harness;
using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>What <c>kubectl describe</c> tells of an object.</summary>
public sealed class EventTests(TestCluster cluster) : ClusterTest(cluster)
{
    [Fact]
    public async Task A_change_is_told_on_the_Ingress()
    {
        var replica = await RunAsync();
        await replica.LeadingAsync();
        await Kubectl.ApplyAsync(Web(), Ingress());
        await TellsAsync("Applied");

        var description = await Kubectl.RunAsync("describe", "ingress", "web", "-n", Space);
        Assert.Contains("Normal", description, StringComparison.Ordinal);
        Assert.Contains("The change is live, without a reload.", description, StringComparison.Ordinal);
        Assert.Contains("sluice", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_told_on_the_Ingress_also_by_a_leader_that_comes_later()
    {
        await Kubectl.ApplyAsync(Ingress(service: "missing"));
        await RunAsync();
        await TellsAsync("ServiceNotFound");

        var description = await Kubectl.RunAsync("describe", "ingress", "web", "-n", Space);
        Assert.Matches("Warning +ServiceNotFound", description);
    }

    [Fact]
    public async Task What_is_wrong_with_the_settings_is_told_on_the_ConfigMap()
    {
        await Kubectl.ApplyAsync(Manifests.ConfigMap($"{Space}/sluice", [("ssl-redirect", "perhaps")]));
        await RunAsync();
        await TellsAsync("InvalidSetting", "ConfigMap/sluice");
        Assert.Contains("ssl-redirect", await Kubectl.RunAsync("describe", "configmap", "sluice", "-n", Space), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_thing_again_is_counted_and_not_told_anew()
    {
        var replica = await RunAsync();
        await replica.LeadingAsync();
        await Kubectl.ApplyAsync(Web(), Ingress());
        await replica.AnswersAsync("one", Host);
        for (var i = 0; i < 6; i++)
        {
            await Kubectl.ApplyAsync(Ingress(host: $"{i}.{Host}"));
            await replica.AnswersAsync("one", $"{i}.{Host}");
        }

        await TellsAsync("Applied", count: 7);
        Assert.Single(await EventsAsync("Applied"));
    }

    [Fact]
    public async Task Another_leader_goes_on_counting()
    {
        await Kubectl.ApplyAsync(Ingress(service: "missing"));
        var first = await RunAsync();
        await TellsAsync("ServiceNotFound");
        first.Signal(Child.Sigterm);
        await first.ExitCodeAsync();

        await RunAsync();
        await TellsAsync("ServiceNotFound", count: 2);
        Assert.Single(await EventsAsync("ServiceNotFound"));
    }

    private async Task<IReadOnlyList<JsonElement>> EventsAsync(string reason)
    {
        var json = await Kubectl.RunAsync("get", "events", "-n", Space, "--field-selector", $"reason={reason}", "-o", "json");
        return [.. JsonDocument.Parse(json).RootElement.GetProperty("items").EnumerateArray()];
    }

    // Watches until there is such an Event.
    private async Task TellsAsync(string reason, string about = "Ingress/web", int count = 1)
    {
        await using var watch = Kubectl.Start(
            "get", "events", "-n", Space, "--watch", "-o", "jsonpath={.reason} {.involvedObject.kind}/{.involvedObject.name} {.count}{\"\\n\"}");
        await watch.Output.UntilAsync(
            () => Task.FromResult(watch.Output.Count($"{reason} {about} {count.ToString(CultureInfo.InvariantCulture)}") > 0),
            $"no Event {reason} of {about} counted {count}");
    }
}
