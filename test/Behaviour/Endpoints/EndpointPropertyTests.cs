using CsCheck;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Endpoints;

/// <summary>How an endpoint stands in the slice of a random step.</summary>
public enum Standing
{
    Absent,
    Ready,
    NotReady,
    Terminating,
}

/// <summary>
/// Endpoints that come, go and come back at random while requests are held on some of them: after each step exactly the
/// ready ones answer, and what is held ends well.
/// </summary>
public sealed class EndpointPropertyTests(EndpointPropertyTests.Given given) : IClassFixture<EndpointPropertyTests.Given>
{
    private const int Count = 4;

    /// <summary>HAProxy's round robin may leave out a server that has just come back for sixteen requests to each other one.</summary>
    private const int Patience = 16 * (Count + 1);

    private static readonly Gen<(Standing[] Standings, bool Hold, bool Release)> Steps =
        Gen.Select(Gen.Enum<Standing>().Array[Count], Gen.Bool, Gen.Bool);

    private int held;

    public sealed class Given() : Scenario([.. Enumerable.Range(0, Count).Select(number => $"pod-{number}")])
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files => files.Write(
            "ingress.yaml", Site("random", "random.test", "random"), Service("random")));
    }

    [Fact]
    public async Task Exactly_the_ready_endpoints_answer_after_any_step()
    {
        var worker = await given.Sluice.Master.WorkerPidAsync();

        await Steps.List[1, 8].SampleAsync(RunAsync, iter: 60, threads: 1, print: Print);

        Assert.Equal(worker, await given.Sluice.Master.WorkerPidAsync());
    }

    private async Task RunAsync(List<(Standing[] Standings, bool Hold, bool Release)> steps)
    {
        var holding = new Queue<(string Gate, RawConnection Connection)>();
        try
        {
            foreach (var (standings, hold, release) in steps)
            {
                await AssertServedAsync(standings);
                if (hold && standings.Contains(Standing.Ready))
                {
                    holding.Enqueue(await HoldAsync());
                }

                if (release && holding.TryDequeue(out var oldest))
                {
                    await ReleaseAsync(oldest);
                }
            }
        }
        finally
        {
            while (holding.TryDequeue(out var rest))
            {
                await ReleaseAsync(rest);
            }
        }
    }

    private async Task AssertServedAsync(Standing[] standings)
    {
        var pods = given.Pods.All.Zip(standings).ToList();
        var endpoints = pods.Where(pod => pod.Second != Standing.Absent).Select(pod => new EndpointAt(
            pod.First.Address.ToString(),
            Ready: pod.Second == Standing.Ready,
            Serving: pod.Second is Standing.Ready or Standing.Terminating,
            Terminating: pod.Second == Standing.Terminating));
        var change = await given.Sluice.ApplyAsync(files => files.Write("slice.yaml", Slice("random", pods[0].First.Port, endpoints)));
        Assert.True(change.Kind is ChangeKind.Runtime or ChangeKind.Nothing, $"{change.Kind}: {string.Join("; ", change.Reasons)}");

        var ready = pods.Where(pod => pod.Second == Standing.Ready).Select(pod => pod.First.Name).ToList();
        var answered = new SortedSet<string>(StringComparer.Ordinal);
        for (var request = 0; request < 2 * Count || (answered.Count < ready.Count && request < Patience); request++)
        {
            answered.Add((await given.Sluice.GetAsync("random.test", "/")).Outcome);
        }

        Assert.Equal(string.Join(' ', ready.DefaultIfEmpty("503")), string.Join(' ', answered));
    }

    private async Task<(string Gate, RawConnection Connection)> HoldAsync()
    {
        var gate = $"held-{held++}";
        var connection = await RawConnection.OpenAsync(given.Sluice.HttpPort);
        await connection.WriteAsync("GET", $"/?gate={gate}", "random.test");
        await given.Pods.Gates[gate].ArrivalAsync();
        return (gate, connection);
    }

    private async Task ReleaseAsync((string Gate, RawConnection Connection) request)
    {
        given.Pods.Gates[request.Gate].Open();
        Assert.Equal(200, (await request.Connection.ReadAsync("GET")).Status);
        await request.Connection.DisposeAsync();
    }

    private static string Print(List<(Standing[] Standings, bool Hold, bool Release)> steps) =>
        string.Join('\n', steps.Select(step => $"{string.Join(' ', step.Standings)}, hold {step.Hold}, release {step.Release}"));
}
