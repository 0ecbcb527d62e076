using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Endpoints;

/// <summary>A Service that grows and shrinks.</summary>
public sealed class ScalingTests(ScalingTests.Given given) : IClassFixture<ScalingTests.Given>
{
    public sealed class Given() : Scenario([.. Enumerable.Range(0, 10).Select(number => $"pod-{number}")])
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("ingress.yaml", Site("scale", "scale.test", "scale"), Service("scale"));
            files.Write("slice.yaml", SliceOf("scale", Pods["pod-0"]));
        });
    }

    [Fact]
    public async Task Each_size_is_reached_without_a_reload_and_each_pod_of_it_gets_requests()
    {
        var worker = await given.Sluice.Master.WorkerPidAsync();
        foreach (var size in (int[])[10, 3, 1, 7, 10, 2])
        {
            EchoPod[] pods = [.. given.Pods.All.Take(size)];
            var change = await given.Sluice.ApplyAsync(files => files.Write("slice.yaml", SliceOf("scale", pods)));

            Assert.Equal(ChangeKind.Runtime, change.Kind);
            Assert.Equal(pods.Select(pod => pod.Name), await AnsweringAsync(20 * size));
        }

        Assert.Equal(worker, await given.Sluice.Master.WorkerPidAsync());
    }

    private async Task<IEnumerable<string>> AnsweringAsync(int requests)
    {
        var answered = new SortedSet<string>(StringComparer.Ordinal);
        for (var request = 0; request < requests; request++)
        {
            answered.Add((await given.Sluice.GetAsync("scale.test", "/")).Outcome);
        }

        return answered;
    }
}
