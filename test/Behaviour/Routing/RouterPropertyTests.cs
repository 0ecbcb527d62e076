using CsCheck;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;

namespace Sluice.Behaviour.Routing;

/// <summary>The real HAProxy against <see cref="ReferenceRouter"/>, on random worlds and while they are edited.</summary>
public sealed class RouterPropertyTests(RouterPropertyTests.Given given) : IClassFixture<RouterPropertyTests.Given>
{
    public sealed class Given() : Scenario([.. World.AllServices.Select(service => service.Replace('/', '-'))])
    {
        protected override Task GivenAsync() => Task.CompletedTask;
    }

    [Fact]
    public async Task Any_request_is_answered_as_the_rules_say_before_and_after_any_edit()
    {
        var atRunTime = await RuntimeChanges.OfAsync(given.Sluice);
        var cases = Gen.Select(WorldGen.Worlds, WorldGen.Edits.List[0, 6], WorldGen.Requests.List[30, 50]);

        await cases.SampleAsync(
            async (world, edits, requests) =>
            {
                await AssertServedAsync(world, requests, atRunTime);
                foreach (var edit in edits)
                {
                    world = WorldEdit.Apply(world, edit);
                    await AssertServedAsync(world, requests, atRunTime);
                }
            },
            iter: 120,
            threads: 1,
            print: Print);
    }

    private async Task AssertServedAsync(World world, IReadOnlyList<Request> requests, RuntimeChanges atRunTime)
    {
        var change = await given.Sluice.ApplyAsync(world.Files(given.Pods));
        if (change.Kind != ChangeKind.Nothing)
        {
            await atRunTime.AssertAsync(change);
        }

        var reference = new ReferenceRouter(world);
        foreach (var request in requests)
        {
            var expected = reference.Answer(request.Host, request.Target.Split('?')[0]);
            var response = await AskAsync(request);
            var actual = response.Outcome.Replace('-', '/');
            Assert.True(
                expected == actual,
                $"GET {request.Target} of {request.Host}: expected {expected}, but {actual} answered. World:\n{world}");
        }
    }

    /// <summary>Half of the requests go over HTTP/2, but for hosts that its client refuses to send.</summary>
    private Task<Response> AskAsync(Request request) => request.Target.Length % 2 == 0 && !request.Host.AsSpan().ContainsAny('*', '_')
        ? given.Sluice.Http2.GetAsync(request.Host, request.Target)
        : given.Sluice.GetAsync(request.Host, request.Target);

    /// <summary>The message of the failure shows its world and its request; this is the rest.</summary>
    private static string Print((World World, List<Edit> Edits, List<Request> Requests) sample) =>
        $"edits: {string.Join(", ", sample.Edits.Select(edit => edit.Kind))}";
}
