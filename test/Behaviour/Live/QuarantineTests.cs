using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Haproxy;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Behaviour.Live;

/// <summary>HAProxy refuses a part of a state that our own checks let pass: that part is left out, and nothing else.</summary>
public sealed class QuarantineTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bad => new(["certificate", "regex", "server", "backend", "all"]);

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_refused_part_is_left_out_of_the_start(string kind)
    {
        await using var bare = new BareHaproxy();

        Assert.Equal(ChangeKind.Start, (await bare.Applier.StartAsync(With(Good(bare), kind), Stop)).Kind);

        Assert.True(bare.Applier.Quarantine.Complaints.Count == (kind == "all" ? 4 : 1), string.Join("\n", bare.Applier.Quarantine.Complaints));
        await ServesAsync(bare);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_refused_part_is_left_out_of_a_change_and_tried_again_when_it_changes(string kind)
    {
        await using var bare = new BareHaproxy();
        var empty = Good(bare) with { Hosts = Table.Empty<string, HostEntries>() };
        await bare.Applier.StartAsync(empty, Stop);
        var atRunTime = await RuntimeChanges.OfAsync(bare);

        var change = await bare.Applier.ApplyAsync(With(Good(bare), kind), Stop);

        await ServesAsync(bare);
        Assert.True(bare.Applier.Quarantine.Complaints.Count == (kind == "all" ? 4 : 1), string.Join("\n", bare.Applier.Quarantine.Complaints));
        Assert.All(bare.Applier.Quarantine.Complaints.Values, complaint => Assert.NotEqual("", complaint));
        await atRunTime.AssertAsync(change);

        // The same again costs nothing; what holds no bad part any more leaves nothing aside.
        Assert.Equal(ChangeKind.Nothing, (await bare.Applier.ApplyAsync(With(Good(bare), kind), Stop)).Kind);
        Assert.NotEqual(ChangeKind.Refused, (await bare.Applier.ApplyAsync(Good(bare), Stop)).Kind);
        Assert.Empty(bare.Applier.Quarantine.Complaints);
        Assert.Equal(ChangeKind.Nothing, (await bare.Applier.ReadBackAsync(Stop)).Kind);
        await ServesAsync(bare);
    }

    [Fact]
    public async Task A_part_is_left_out_of_a_reload_that_is_made_for_another_reason()
    {
        await using var bare = new BareHaproxy();
        await bare.Applier.StartAsync(Good(bare), Stop);

        var changed = With(Good(bare), "all") with { Program = [.. Good(bare).Program, new Section("backend more", "backend more from base\n")] };
        var change = await bare.Applier.ApplyAsync(changed, Stop);

        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.Equal(["backend more changed"], RuntimeChanges.ReasonsBesideBackends(change.Reasons));
        Assert.Equal(4, bare.Applier.Quarantine.Complaints.Count);
        await ServesAsync(bare);
    }

    private static HaproxyState With(HaproxyState state, string kind)
    {
        if (kind == "all")
        {
            return Bad.Select(row => row.Data).Where(bad => bad != "all").Aggregate(state, With);
        }

        var regex = new MapEntry(MapName.Regex, "^bad\\.test(?=/)(?:/(a)", "shop_bad_80");
        return kind switch
        {
            "certificate" => state with { Certificates = state.Certificates.SetItem("bad", new CertificateEntry("bad", new Sensitive("no PEM\n"), ["bad.test"])) },
            "regex" => state with { Hosts = state.Hosts.SetItem("bad.test", new HostEntries("bad.test", [], [regex])), Regexes = [.. state.Regexes, regex] },
            "server" => state with
            {
                Backends = state.Backends.SetItem("shop_bad_80", new BackendState("shop_bad_80", Names.StandardProfile, [new ServerState("odd", "10.0.0.1:99999", 1)])),
            },
            _ => state with { Backends = state.Backends.SetItem("shop_odd_80", new BackendState("shop_odd_80", "no-such-profile", [])) },
        };
    }

    // A state with a route that answers.
    private static HaproxyState Good(BareHaproxy bare)
    {
        var state = bare.Rendered(bare.Empty);
        return state with
        {
            Hosts = state.Hosts.SetItem("good.test", new HostEntries("good.test", [new MapEntry(MapName.Routes, "good.test/", Names.Unavailable)], [])),
        };
    }

    private static async Task ServesAsync(BareHaproxy bare)
    {
        Assert.Equal("503", await bare.OutcomeAsync("good.test", "/"));
        Assert.Equal("404", await bare.OutcomeAsync("bad.test", "/a"));
    }
}
