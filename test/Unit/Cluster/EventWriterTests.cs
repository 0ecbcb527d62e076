using Sluice.Controller.Cluster;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>How Events are written, with a server that refuses, and of how many.</summary>
public sealed class EventWriterTests
{
    [Fact]
    public async Task The_same_thing_is_one_Event_that_counts()
    {
        await using var run = await Run.StartAsync();
        run.Writer.Tell([Text("web"), Text("web"), Text("web")]);
        await run.Api.UntilAsync(api => api.Writes.Count == 3);

        Assert.Equal(["POST", "PATCH", "PATCH"], run.Api.Calls.Select(call => call.Verb));
        Assert.Equal(3, run.Count(run.Api.Writes[^1].Path));
    }

    [Fact]
    public async Task Different_things_are_different_Events()
    {
        await using var run = await Run.StartAsync();
        run.Writer.Tell([Text("web"), Text("web", "other"), Text("web") with { Uid = "later" }, Text("api")]);
        await run.Api.UntilAsync(api => api.Writes.Count == 4);
        Assert.All(run.Api.Writes, call => Assert.Equal(201, call.Code));
    }

    [Fact]
    public async Task Another_leader_goes_on_counting()
    {
        await using var run = await Run.StartAsync();
        run.Writer.Tell([Text("web"), Text("web")]);
        await run.Api.UntilAsync(api => api.Writes.Count == 2);

        await using var other = new Run(run.Api);
        other.Writer.Tell([Text("web")]);
        await run.Api.UntilAsync(api => api.Writes.Count == 4);
        Assert.Equal(3, run.Count(run.Api.Writes[^1].Path));
    }

    [Fact]
    public async Task An_Event_that_the_server_has_forgotten_is_made_anew()
    {
        await using var run = await Run.StartAsync();
        run.Writer.Tell([Text("web"), Text("web")]);
        await run.Api.UntilAsync(api => api.Writes.Count == 2);
        var path = run.Api.Writes[^1].Path;
        run.Api.Delete(path);

        run.Writer.Tell([Text("web")]);
        await run.Api.UntilAsync(api => api[path] is not null);
        Assert.Equal(1, run.Count(path));
    }

    [Fact]
    public async Task An_object_is_spoken_of_a_limited_number_of_times()
    {
        await using var run = await Run.StartAsync();
        run.Writer.Tell(Enumerable.Range(0, 200).Select(i => Text("noisy", $"message {i}")));
        run.Writer.Tell([Text("web")]);
        await run.Api.UntilAsync(api => api.Writes.Count == 26);

        Assert.Equal((25, 1), (run.Api.About().Count(about => (string?)about["name"] == "noisy"), run.Api.About().Count(about => (string?)about["name"] == "web")));
        Assert.Equal(["Warning More Events than may be written: 1 were left out so far. ", "Warning More Events than may be written: 101 were left out so far. "], run.Log.Lines);
    }

    [Fact]
    public async Task What_is_refused_is_left_out_and_the_next_is_told()
    {
        await using var run = await Run.StartAsync();
        run.Api.Refuses = (_, _) => 403;
        run.Writer.Tell([Text("web")]);
        await run.Log.Written.UntilAsync(() => run.Log.Lines.Count == 1, () => "nothing was logged");
        run.Api.Refuses = (_, _) => 0;
        run.Writer.Tell([Text("api")]);
        await run.Api.UntilAsync(api => api.Writes.Any(call => call.Code == 201));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_the_server_cannot_take_for_the_moment_is_told_later(int code)
    {
        await using var run = await Run.StartAsync();
        run.Api.Refuses = (_, _) => code;
        run.Writer.Tell([Text("web"), Text("api")]);
        await run.Api.UntilAsync(api => api.Writes.Count >= 2);
        run.Api.Refuses = (_, _) => 0;
        await run.Api.UntilAsync(api => api.Writes.Count(call => call.Code == 201) == 2);
        Assert.Equal(["web", "api"], run.Api.About().Select(about => (string?)about["name"]));
        Assert.Empty(run.Log.Lines);
    }

    [Fact]
    public async Task The_uid_is_asked_for_where_it_is_not_known_and_nobody_is_told_of_what_is_not_there()
    {
        await using var run = await Run.StartAsync();
        run.Api.Put("/api/v1/namespaces/shop/services/web", """{"metadata": {"uid": "u1"}}""");
        run.Writer.Tell([Text("gone", kind: "Service") with { Uid = "" }, Text("web", kind: "Service") with { Uid = "" }]);
        await run.Api.UntilAsync(api => api.Writes.Count > 0);

        var written = Assert.Single(run.Api.Writes);
        var item = run.Api.About().Single();
        Assert.Equal((201, "u1", "Service", "v1"), (written.Code, (string?)item["uid"], (string?)item["kind"], (string?)item["apiVersion"]));
    }

    [Fact]
    public async Task Who_does_not_lead_tells_nothing()
    {
        await using var run = await Run.StartAsync();
        run.Leads = false;
        run.Writer.Tell([Text("web")]);
        run.Leads = true;
        run.Writer.Tell([Text("api")]);
        await run.Api.UntilAsync(api => api.Writes.Count > 0);
        Assert.Equal("api", (string?)Assert.Single(run.Api.About())["name"]);
    }

    private static EventText Text(string name, string message = "it is so", string kind = "Ingress") =>
        new(new ResourceRef(kind, new NamespacedName("shop", name)), $"uid of {name}", "Wrong", message, IsWarning: true);

    /// <summary>A writer and its server.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly ApiClient client;
        private readonly Task running;

        public Run(StoreApi api)
        {
            Api = api;
            client = api.Client();
            Writer = new EventWriter(client, () => Leads, new ClusterScope(), Log);
            running = Writer.RunAsync(stop.Token);
        }

        public StoreApi Api { get; }

        public EventWriter Writer { get; }

        public TestLog Log { get; } = new();

        public bool Leads { get; set; } = true;

        public static async Task<Run> StartAsync() => new(await StoreApi.StartAsync());

        public int Count(string path) => (int)Api[path]!["count"]!;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            Writer.Dispose();
            client.Dispose();
            await Api.DisposeAsync();
            stop.Dispose();
        }
    }
}
