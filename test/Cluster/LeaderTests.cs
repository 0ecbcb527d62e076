using System.Diagnostics;
using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>Two replicas serve, and one of them writes.</summary>
public sealed class LeaderTests(TestCluster cluster) : ClusterTest(cluster)
{
    // What a Lease is given for; see LeaseTimes.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task One_leads_and_when_it_is_told_to_end_the_other_one_leads_at_once()
    {
        await Kubectl.ApplyAsync(Web(), Ingress());
        var (leader, other) = await TwoAsync();
        await StatusAsync(Address);
        Assert.Equal("one", (await leader.GetAsync(Host)).Outcome);
        Assert.Equal("one", (await other.GetAsync(Host)).Outcome);
        Assert.Equal(0, other.Log.Count("This replica leads"));

        var told = Stopwatch.StartNew();
        leader.Signal(Child.Sigterm);
        await other.LeadingAsync();
        Assert.InRange(told.Elapsed, TimeSpan.Zero, Lease / 2);
        Assert.Equal(0, await leader.ExitCodeAsync());
        await StatusAsync("192.0.2.8");
    }

    [Fact]
    public async Task When_the_leader_is_killed_the_other_one_leads_after_the_lease_has_expired()
    {
        await Kubectl.ApplyAsync(Web(), Ingress());
        var (leader, other) = await TwoAsync();
        await StatusAsync(Address);

        var killed = Stopwatch.StartNew();
        leader.Signal(Child.Sigkill);
        await Kubectl.ApplyAsync(Ingress("later", $"later.{Host}"));
        await other.AnswersAsync("one", $"later.{Host}");
        await other.LeadingAsync();
        Assert.InRange(killed.Elapsed, Lease - TimeSpan.FromSeconds(3), Lease + TimeSpan.FromSeconds(10));
        await StatusAsync("192.0.2.8");
        await StatusAsync("192.0.2.8", "later");
        Assert.Equal("1", await Kubectl.RunAsync("get", "lease", "leader", "-n", Space, "-o", "jsonpath={.spec.leaseTransitions}"));
    }

    [Fact]
    public async Task A_leader_whose_lease_was_taken_stops_to_write()
    {
        await Kubectl.ApplyAsync(Web(), Ingress());
        var leader = await RunAsync("--publish-address", Address);
        await StatusAsync(Address);

        await Kubectl.RunAsync(
            "patch", "lease", "leader", "-n", Space, "--type=merge", "-p", """{"spec": {"holderIdentity": "somebody", "leaseDurationSeconds": 600}}""");
        await leader.Log.UntilAsync("This replica no longer leads");
        await Kubectl.ApplyAsync(Ingress("later", $"later.{Host}"));
        await leader.AnswersAsync("one", $"later.{Host}");
        Assert.Equal("", await Kubectl.RunAsync("get", "ingress", "later", "-n", Space, "-o", "jsonpath={.status.loadBalancer.ingress}"));

        await Kubectl.RunAsync("delete", "lease", "leader", "-n", Space);
        await leader.Log.UntilAsync("This replica leads", 2);
        await StatusAsync(Address, "later");
    }

    // Two addresses, to see which of them writes.
    private async Task<(Replica Leader, Replica Other)> TwoAsync()
    {
        var leader = await RunAsync("--publish-address", Address);
        await leader.LeadingAsync();
        return (leader, await RunAsync("--publish-address", "192.0.2.8"));
    }
}
