using CsCheck;
using Sluice.Core.Haproxy;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Xunit;

namespace Sluice.Unit.Properties;

/// <summary>What is taken over from the last translation is never seen in the result.</summary>
[Collection(PropertyTests.Name)]
public sealed class StepwiseTests
{
    [Fact]
    public void Going_from_neighbour_to_neighbour_gives_what_starting_anew_gives() => World.Edits.Array[1, 12].Sample(
        edits =>
        {
            var cluster = World.Start;
            var result = cluster.Translated();
            var state = result.Rendered();
            foreach (var edit in edits)
            {
                cluster = edit.Apply(cluster);
                var next = cluster.Translated(result);
                state = Renderer.Render(next.Model, Show.Layout, (result.Model, state));
                result = next;

                var anew = cluster.Translated();
                AssertSame(anew, result);
                AssertSame(anew.Rendered(), state);
            }
        },
        iter: 300, threads: 2);

    // But for profiles that were in use before: these stay in the program.
    private static void AssertSame(HaproxyState anew, HaproxyState state)
    {
        Assert.Empty(anew.RareProfiles.Except(state.RareProfiles));
        Assert.Equal(anew.Program.Except(anew.RareProfiles), state.Program.Except(state.RareProfiles));
        Assert.Equal(anew with { Program = state.Program, RareProfiles = state.RareProfiles }, state);
    }

    [Fact]
    public void The_order_in_which_objects_come_does_not_matter() => World.Edits.Array[1, 12].Select(Gen.Int).Sample(
        (edits, seed) =>
        {
            var cluster = edits.Aggregate(World.Start, (all, edit) => edit.Apply(all));

            var (straight, shuffled) = (cluster.Translated(), Shuffled(cluster, new Random(seed)).Translated());

            AssertSame(straight, shuffled);
            Assert.Equal(StateText.Program(straight.Rendered()), StateText.Program(shuffled.Rendered()));
            Assert.Equal(StateText.Backends(straight.Rendered()), StateText.Backends(shuffled.Rendered()));
            Assert.Equal(StateText.CertificateList(straight.Rendered(), Show.Layout), StateText.CertificateList(shuffled.Rendered(), Show.Layout));
            Assert.All(Enum.GetValues<MapName>(), map => Assert.Equal(StateText.Map(straight.Rendered(), map), StateText.Map(shuffled.Rendered(), map)));
        },
        iter: 80, threads: 2);

    [Fact]
    public void What_an_edit_leaves_as_it_is_stays_the_same_objects() => World.Edits.Array[0, 5].Select(World.Edits).Sample(
        (edits, last) =>
        {
            var before = edits.Aggregate(World.Start, (all, edit) => edit.Apply(all));
            var first = before.Translated();
            var second = last.Apply(before).Translated(first);

            Assert.All(
                second.Model.Hosts.ChangesSince(first.Model.Hosts).Where(_ => first.Model.Global == second.Model.Global && last.IsOfEndpoints),
                _ => Assert.Fail("endpoints changed a host"));
            Assert.All(second.Model.Certificates.ChangesSince(first.Model.Certificates), change => Assert.NotEqual(change.Former, change.Current));
            var again = last.Apply(before).Translated(second);
            Assert.Same(second.Model.Hosts, again.Model.Hosts);
            Assert.Same(second.Model.Certificates, again.Model.Certificates);
        },
        iter: 80, threads: 2);

    private static void AssertSame(TranslationResult expected, TranslationResult actual)
    {
        Assert.Equal(expected.Findings.Select(finding => finding.ToString()).Order(), actual.Findings.Select(finding => finding.ToString()).Order());
        Assert.Equal(expected.Routes(), actual.Routes());
        Assert.Equal(expected.Backends(), actual.Backends());
        Assert.Equal(expected.Model, actual.Model);
        Assert.Equal(expected.ExternalNames, actual.ExternalNames);
        Assert.Equal(expected.NextExpiry, actual.NextExpiry);
    }

    private static ClusterSnapshot Shuffled(ClusterSnapshot cluster, Random random)
    {
        Resource[] objects =
        [
            .. cluster.Ingresses.Values, .. cluster.IngressClasses.Values, .. cluster.Services.Values,
            .. cluster.EndpointSlices.Values.SelectMany(slices => slices.Slices), .. cluster.Secrets.Values, .. cluster.ConfigMaps.Values,
        ];
        random.Shuffle(objects);
        return new ClusterSnapshot { Now = cluster.Now, ExternalAddresses = cluster.ExternalAddresses }.With(objects);
    }
}
