using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Endpoints;

/// <summary>Which endpoints get requests, by their conditions (EndpointSlice of discovery.k8s.io/v1).</summary>
public sealed class EndpointConditionTests(EndpointConditionTests.Given given) : IClassFixture<EndpointConditionTests.Given>
{
    public sealed class Given() : Scenario("one", "two", "three")
    {
        protected override Task GivenAsync() => Task.CompletedTask;

        internal Task<Change> ServeAsync(string name, string serviceAndSlices) => Sluice.ApplyAsync(files =>
            files.Write($"{name}.yaml", Site(name, $"{name}.test", name), serviceAndSlices));

        internal EndpointAt At(string pod, bool? ready = true, bool? serving = null, bool? terminating = null) =>
            new(Pods[pod].Address.ToString(), ready, serving, terminating);

        internal string SliceWith(string service, string suffix, params IEnumerable<EndpointAt> endpoints) =>
            Slice(service, Pods["one"].Port, endpoints, suffix);

        /// <summary>The pods that answer fifty requests, in order of name: enough for the round robin to reach a new one.</summary>
        internal async Task<string> AnsweringAsync(string name)
        {
            var answered = new SortedSet<string>(StringComparer.Ordinal);
            for (var request = 0; request < 50; request++)
            {
                answered.Add((await Sluice.GetAsync($"{name}.test", "/")).Outcome);
            }

            return string.Join(' ', answered);
        }
    }

    [Fact]
    public async Task Only_ready_endpoints_get_requests()
    {
        await given.ServeAsync("ready", Service("ready")
            + given.SliceWith("ready", "1", given.At("one"), given.At("two", ready: false), given.At("three")));

        Assert.Equal("one three", await given.AnsweringAsync("ready"));
    }

    [Fact]
    public async Task An_endpoint_without_conditions_is_ready()
    {
        await given.ServeAsync("plain", Service("plain") + given.SliceWith("plain", "1", given.At("one", ready: null)));

        Assert.Equal("one", await given.AnsweringAsync("plain"));
    }

    [Fact]
    public async Task An_endpoint_gets_requests_as_soon_as_it_is_ready_and_none_when_it_is_not()
    {
        var service = Service("probe");
        await given.ServeAsync("probe", service + given.SliceWith("probe", "1", given.At("one"), given.At("two", ready: false)));
        Assert.Equal("one", await given.AnsweringAsync("probe"));

        var up = await given.ServeAsync("probe", service + given.SliceWith("probe", "1", given.At("one"), given.At("two")));
        Assert.Equal("one two", await given.AnsweringAsync("probe"));

        var down = await given.ServeAsync("probe", service + given.SliceWith("probe", "1", given.At("one", ready: false), given.At("two")));
        Assert.Equal("two", await given.AnsweringAsync("probe"));
        Assert.Equal((ChangeKind.Runtime, ChangeKind.Runtime), (up.Kind, down.Kind));
    }

    [Fact]
    public async Task A_terminating_endpoint_gets_no_new_request_and_ends_the_one_it_has()
    {
        var service = Service("ending");
        await given.ServeAsync("ending", service + given.SliceWith("ending", "1", given.At("one")));
        await using var slow = await RawConnection.OpenAsync(given.Sluice.HttpPort);
        await slow.WriteAsync("GET", "/?gate=ending", "ending.test");
        await given.Pods.Gates["ending"].ArrivalAsync();

        var terminating = given.At("one", ready: false, serving: true, terminating: true);
        await given.ServeAsync("ending", service + given.SliceWith("ending", "1", terminating, given.At("two")));

        Assert.Equal("two", await given.AnsweringAsync("ending"));
        given.Pods.Gates["ending"].Open();
        Assert.Equal("one", (await slow.ReadAsync("GET")).Outcome);
    }

    [Fact]
    public async Task A_removed_endpoint_ends_the_request_it_has()
    {
        var service = Service("removed");
        await given.ServeAsync("removed", service + given.SliceWith("removed", "1", given.At("one"), given.At("two", ready: false)));
        await using var slow = await RawConnection.OpenAsync(given.Sluice.HttpPort);
        await slow.WriteAsync("GET", "/?gate=removed", "removed.test");
        await given.Pods.Gates["removed"].ArrivalAsync();

        await given.ServeAsync("removed", service + given.SliceWith("removed", "1", given.At("two")));

        Assert.Equal("two", await given.AnsweringAsync("removed"));
        given.Pods.Gates["removed"].Open();
        Assert.Equal("one", (await slow.ReadAsync("GET")).Outcome);
    }

    [Fact]
    public async Task An_endpoint_that_was_removed_while_busy_can_come_back()
    {
        var service = Service("back");
        await given.ServeAsync("back", service + given.SliceWith("back", "1", given.At("one")));
        await using var slow = await RawConnection.OpenAsync(given.Sluice.HttpPort);
        await slow.WriteAsync("GET", "/?gate=back", "back.test");
        await given.Pods.Gates["back"].ArrivalAsync();
        await given.ServeAsync("back", service + given.SliceWith("back", "1", given.At("two")));

        await given.ServeAsync("back", service + given.SliceWith("back", "1", given.At("one")));

        Assert.Equal("one", await given.AnsweringAsync("back"));
        given.Pods.Gates["back"].Open();
        Assert.Equal("one", (await slow.ReadAsync("GET")).Outcome);
    }

    [Fact]
    public async Task Endpoints_of_several_slices_are_one_set()
    {
        await given.ServeAsync("slices", Service("slices")
            + given.SliceWith("slices", "1", given.At("one"), given.At("two"))
            + given.SliceWith("slices", "2", given.At("three")));

        Assert.Equal("one three two", await given.AnsweringAsync("slices"));
    }

    [Fact]
    public async Task An_endpoint_that_stands_in_two_slices_gets_one_share()
    {
        await given.ServeAsync("twice", Service("twice")
            + given.SliceWith("twice", "1", given.At("one"), given.At("one"), given.At("two"))
            + given.SliceWith("twice", "2", given.At("one")));

        var answers = new List<string>();
        for (var request = 0; request < 40; request++)
        {
            answers.Add((await given.Sluice.GetAsync("twice.test", "/")).Outcome);
        }

        Assert.InRange(answers.Count(pod => pod == "two"), 15, 25);
    }

    [Fact]
    public async Task Endpoints_that_are_not_ready_get_requests_where_the_Service_publishes_them()
    {
        await given.ServeAsync("publish", Service("publish", publishNotReady: true)
            + given.SliceWith("publish", "1", given.At("one", ready: false), given.At("two")));

        Assert.Equal("one two", await given.AnsweringAsync("publish"));
    }

    [Fact]
    public async Task Without_a_ready_endpoint_there_is_503_until_one_comes_back()
    {
        var service = Service("empty");
        await given.ServeAsync("empty", service + given.SliceWith("empty", "1", given.At("one"), given.At("two")));
        Assert.Equal("one two", await given.AnsweringAsync("empty"));

        await given.ServeAsync("empty", service + given.SliceWith("empty", "1"));
        Assert.Equal("503", await given.AnsweringAsync("empty"));

        await given.ServeAsync("empty", service);
        Assert.Equal("503", await given.AnsweringAsync("empty"));

        await given.ServeAsync("empty", service + given.SliceWith("empty", "1", given.At("two")));
        Assert.Equal("two", await given.AnsweringAsync("empty"));
    }
}
