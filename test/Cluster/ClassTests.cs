using Sluice.Behaviour.Harness;
using Sluice.Cluster.Harness;
using Xunit;

namespace Sluice.Cluster;

/// <summary>Which Ingresses are served: IngressClasses are objects that come and go.</summary>
public sealed class ClassTests(TestCluster cluster) : ClusterTest(cluster)
{
    [Fact]
    public async Task An_Ingress_is_served_while_its_class_is_ours()
    {
        await Kubectl.ApplyAsync(Web(), Ingress("of-another", $"another.{Host}", className: "another"), Ingress("of-none", $"none.{Host}", className: null), Ingress());
        var replica = await RunAsync();
        Assert.Equal("404", (await replica.GetAsync($"another.{Host}")).Outcome);
        Assert.Equal("404", (await replica.GetAsync($"none.{Host}")).Outcome);
        Assert.Equal("one", (await replica.GetAsync(Host)).Outcome);

        await Kubectl.ApplyAsync(Ingress("of-another", $"another.{Host}"));
        await replica.AnswersAsync("one", $"another.{Host}");

        await Kubectl.ApplyAsync(Ingress("of-another", $"another.{Host}", className: "another"));
        await replica.AnswersAsync("404", $"another.{Host}");
    }

    [Fact]
    public async Task A_class_goes_live_and_goes_away_and_the_default_class_takes_those_that_name_none()
    {
        var name = $"{Space}-class";
        await Kubectl.ApplyAsync(Web(), Ingress("named", $"named.{Host}", className: name), Ingress("of-none", $"none.{Host}", className: null));
        var replica = await RunAsync();
        Assert.Equal("404", (await replica.GetAsync($"named.{Host}")).Outcome);
        try
        {
            await Kubectl.ApplyAsync(Manifests.IngressClass(name));
            await replica.AnswersAsync("one", $"named.{Host}");
            Assert.Equal("404", (await replica.GetAsync($"none.{Host}")).Outcome);

            await Kubectl.ApplyAsync(Manifests.IngressClass(name, isDefault: true));
            await replica.AnswersAsync("one", $"none.{Host}");
        }
        finally
        {
            await Kubectl.RunAsync("delete", "ingressclass", name);
        }

        await replica.AnswersAsync("404", $"none.{Host}");
        await replica.AnswersAsync("404", $"named.{Host}");
    }
}
