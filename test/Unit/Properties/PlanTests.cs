using System.Collections.Immutable;
using CsCheck;
using Sluice.Core.Haproxy;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Properties;

/// <summary>What a plan does, seen on a HAProxy that is strict.</summary>
[Collection(PropertyTests.Name)]
public sealed class PlanTests
{
    /// <summary>An edit of the cluster; or, where it is none, the deletion of some of what was drained.</summary>
    private sealed record Step(Edit? Edit, int Seed)
    {
        public override string ToString() => Edit?.Text ?? $"delete drained ({Seed})";
    }

    private static readonly Gen<Step[]> Steps = Gen.Frequency(
        (3, World.Edits.Select(edit => new Step(edit, 0))),
        (1, Gen.Int.Select(seed => new Step(null, seed)))).Array[1, 25];

    [Fact]
    public void Carrying_out_each_plan_always_ends_at_the_wanted_state() => Steps.Sample(
        steps =>
        {
            var cluster = World.Start;
            var result = cluster.Translated();
            var running = new RunningState(result.Rendered(), []);
            var haproxy = new FakeHaproxy(running.State);
            foreach (var (edit, seed) in steps)
            {
                if (edit is null)
                {
                    running = DeleteSome(haproxy, running, new Random(seed));
                    continue;
                }

                cluster = edit.Apply(cluster);
                var next = cluster.Translated(result);
                var wanted = Renderer.Render(next.Model, Show.Layout, (result.Model, running.State));
                result = next;
                (haproxy, running) = CarryOut(haproxy, running, wanted, edit);
            }
        },
        iter: 400, threads: 2);

    [Fact]
    public void A_service_that_comes_and_goes_all_the_time_is_brought_back_from_its_retirement()
    {
        var with = World.Start;
        var without = with.Without(Make.Ingress("in-1"));
        var (on, off) = (with.Translated().Rendered(), without.Translated().Rendered());
        var running = new RunningState(on, []);
        var haproxy = new FakeHaproxy(on);
        var edit = new Edit("on and off", cluster => cluster);

        (haproxy, running) = CarryOut(haproxy, running, off, edit);
        Assert.Equal(["", "10.0.0.3_8080"], running.Retiring.Select(item => item.Server).Order());
        (haproxy, running) = CarryOut(haproxy, running, on, edit);
        Assert.Empty(running.Retiring);
        (haproxy, running) = CarryOut(haproxy, running, off, edit);
        Assert.True(haproxy.Delete(new Retirement("shop_api_80", "10.0.0.3_8080")));
        running = running with { Retiring = running.Retiring.Remove(new Retirement("shop_api_80", "10.0.0.3_8080")) };
        (haproxy, running) = CarryOut(haproxy, running, on, edit);
        Assert.Empty(running.Retiring);
    }

    [Fact]
    public void A_change_of_endpoints_is_never_a_reload_and_touches_no_route() => World.Edits.Array[0, 6].Select(World.EndpointEdits).Sample(
        (edits, last) =>
        {
            var cluster = edits.Aggregate(World.Start, (all, edit) => edit.Apply(all));
            var plan = Planner.Plan(new RunningState(cluster.Translated().Rendered(), []), last.Apply(cluster).Translated().Rendered());

            // The first server of a backend brings the files that it names.
            Assert.All((plan as Plan.Update)?.Commands ?? [], command => Assert.True(
                command is RuntimeCommand.AddServer or RuntimeCommand.RetireServer or RuntimeCommand.SetWeight or RuntimeCommand.AddPemFile, command.ToString()));
            Assert.IsNotType<Plan.Reload>(plan);
        },
        iter: 100, threads: 2);

    [Fact]
    public void A_reload_says_why()
    {
        var first = World.Start.Translated().Rendered();
        var second = World.Start.With(Make.Config(("server-header", "false"))).Translated().Rendered();
        var reload = Assert.IsType<Plan.Reload>(Planner.Plan(new RunningState(first, []), second));
        Assert.Equal(["frontend http changed", "frontend https changed"], reload.Reasons);

        var shorter = first with { Program = first.Program.Skip(1).ToEquatableArray() };
        Assert.Equal(["global removed"], Assert.IsType<Plan.Reload>(Planner.Plan(new RunningState(first, []), shorter)).Reasons);

        var turned = first with { Program = first.Program.Reverse().ToEquatableArray() };
        Assert.IsType<Plan.Reload>(Planner.Plan(new RunningState(first, []), turned));
    }

    [Fact]
    public void Certificates_that_haproxy_would_cut_at_run_time_are_left_to_a_reload()
    {
        var state = World.Start.Translated().Rendered();
        var large = new Sensitive(new string('x', RuntimeCommand.LargestPayload + 1));
        var entry = new CertificateEntry("large", large, ["shop.example.com"]);

        Assert.IsType<Plan.Reload>(Planner.Plan(new RunningState(state, []), state with { DefaultCertificate = large }));
        Assert.IsType<Plan.Reload>(Planner.Plan(new RunningState(state, []), state with { Certificates = state.Certificates.SetItem("large", entry) }));
        var kept = state with { DefaultCertificate = large };
        Assert.IsType<Plan.Nothing>(Planner.Plan(new RunningState(kept, []), kept));
    }

    [Fact]
    public void What_needs_no_reload_can_be_had_without_what_needs_one()
    {
        var state = World.Start.Translated().Rendered();
        var large = new Sensitive(new string('x', RuntimeCommand.LargestPayload + 1));
        var wanted = state with
        {
            Program = [.. state.Program, new Section("backend more", "backend more\n")],
            DefaultCertificate = large,
            Certificates = state.Certificates.SetItem("large", new CertificateEntry("large", large, ["shop.example.com"])),
            Backends = state.Backends.SetItem("more", new BackendState("more", Names.StandardProfile, [])),
        };

        var rest = Planner.WithoutReload(new RunningState(state, []), wanted);

        var update = Assert.IsType<Plan.Update>(Planner.Plan(new RunningState(state, []), rest));
        Assert.Equal([new RuntimeCommand.AddBackend("more", Names.StandardProfile), new RuntimeCommand.PublishBackend("more")], update.Commands);
        Assert.Equal(3, Assert.IsType<Plan.Reload>(Planner.Plan(new RunningState(rest, []), wanted)).Reasons.Count);
    }

    [Fact]
    public void Where_backends_cannot_be_added_a_new_one_is_a_reload_and_a_removed_one_is_kept_for_its_return()
    {
        var state = World.Start.Translated().Rendered();
        var (host, backend) = (new HostEntries("new.test", [new MapEntry(MapName.Routes, "new.test/", "more")], []), new BackendState("more", Names.StandardProfile, []));
        var wanted = state with { Hosts = state.Hosts.SetItem("new.test", host), Backends = state.Backends.SetItem("more", backend) };
        var old = new RunningState(state, [], CanAddBackends: false);

        Assert.Contains("backend more", Assert.Single(Assert.IsType<Plan.Reload>(Planner.Plan(old, wanted)).Reasons), StringComparison.Ordinal);
        Assert.IsType<Plan.Nothing>(Planner.Plan(old, Planner.WithoutReload(old, wanted)));

        var reloaded = old with { State = wanted };
        var gone = Assert.IsType<Plan.Update>(Planner.Plan(reloaded, state));
        Assert.Equal([new RuntimeCommand.RemoveMapEntry(MapName.Routes, "new.test/")], gone.Commands);
        var after = reloaded.After(gone.Commands, state);
        Assert.Empty(after.Deletable);
        Assert.Equal([new RuntimeCommand.AddMapEntry(host.Entries[0])], Assert.IsType<Plan.Update>(Planner.Plan(after, wanted)).Commands);
    }

    private static (FakeHaproxy, RunningState) CarryOut(FakeHaproxy haproxy, RunningState running, HaproxyState wanted, Edit edit)
    {
        var plan = Planner.Plan(running, wanted);
        if (plan is Plan.Reload reload)
        {
            Assert.False(edit.IsOfEndpoints);
            Assert.NotEmpty(reload.Reasons);
            (haproxy, running) = (new FakeHaproxy(wanted), new RunningState(wanted, []));
        }
        else
        {
            var commands = (plan as Plan.Update)?.Commands ?? [];
            foreach (var command in commands)
            {
                haproxy.Execute(command);
            }

            running = running.After(commands, wanted);
        }

        haproxy.RequireEqual(wanted, running.Retiring);
        Assert.IsType<Plan.Nothing>(Planner.Plan(running, wanted));
        return (haproxy, running);
    }

    private static RunningState DeleteSome(FakeHaproxy haproxy, RunningState running, Random random)
    {
        var drained = running.Retiring.OrderBy(item => item.Server.Length == 0).ThenBy(item => $"{item}", StringComparer.Ordinal)
            .Where(_ => random.Next(2) == 0).Where(haproxy.Delete).ToImmutableHashSet();
        return running with { Retiring = running.Retiring.Except(drained) };
    }
}
