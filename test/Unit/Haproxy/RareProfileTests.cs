using Sluice.Core.Haproxy;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Xunit;

namespace Sluice.Unit.Haproxy;

/// <summary>Profiles that are not in every program: each comes once, by a reload, and stays.</summary>
public sealed class RareProfileTests
{
    private static readonly ClusterSnapshot Plain = Make.Cluster(Make.Simple("a"), Make.Service("web"), Make.Slice("web", "10.0.0.1"));

    [Fact]
    public void The_first_use_is_a_reload_and_the_next_ones_are_not()
    {
        var plain = Plain.Translated();
        var state = plain.Rendered();
        var rare = With("retries", "1").Translated(plain);
        var rareState = Next(plain, state, rare);
        var reload = Assert.IsType<Plan.Reload>(Planner.Plan(new RunningState(state, []), rareState));
        Assert.Matches("^defaults roundrobin-[0-9a-f]{8} changed$", Assert.Single(reload.Reasons));
        Assert.Equal(rareState.Backends.Values.Single().Profile, rareState.RareProfiles.Single().Name["defaults ".Length..]);

        var back = Next(rare, rareState, plain);
        Assert.IsType<Plan.Update>(Planner.Plan(new RunningState(rareState, []), back));
        Assert.Equal(rareState.Program, back.Program);
        Assert.IsType<Plan.Update>(Planner.Plan(new RunningState(back, []), Next(plain, back, rare)));
    }

    [Fact]
    public void Until_the_reload_the_former_backend_serves()
    {
        var plain = Plain.Translated();
        var state = plain.Rendered();
        var running = new RunningState(state, []);
        var wanted = Next(plain, state, With("retries", "1").Translated(plain));
        var meanwhile = Planner.WithoutReload(running, wanted);
        Assert.Equal(state.Hosts, meanwhile.Hosts);
        Assert.DoesNotContain(meanwhile.Backends.Values, backend => backend.Profile.StartsWith("roundrobin-", StringComparison.Ordinal));
        Assert.IsNotType<Plan.Reload>(Planner.Plan(running, meanwhile));
    }

    [Fact]
    public void There_is_an_end_to_those_that_nobody_asks_for()
    {
        var result = Plain.Translated();
        var state = result.Rendered();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var next = With("retry-on", attempt % 2 == 0 ? "503" : "502", ("retries", $"{attempt % 20}"), ("check-http", $"/"), ("check-status", $"{200 + attempt}")).Translated(result);
            state = Next(result, state, next);
            result = next;
        }

        Assert.InRange(state.RareProfiles.Count, 1, 33);
        Assert.Contains(state.RareProfiles, section => section.Name == $"defaults {state.Backends.Values.Single().Profile}");
    }

    private static ClusterSnapshot With(string name, string value, params (string Name, string Value)[] more) => Plain.With(more.Append((name, value))
        .Aggregate(Make.Simple("a"), (ingress, setting) => ingress.Annotated($"sluice.dev/{setting.Item1}", setting.Item2)));

    private static HaproxyState Next(TranslationResult former, HaproxyState state, TranslationResult next) =>
        Renderer.Render(next.Model, Show.Layout, (former.Model, state));
}
