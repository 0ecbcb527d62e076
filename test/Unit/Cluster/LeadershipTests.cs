using Sluice.Controller.Cluster;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>The election, with a server that refuses and competitors that do as they like.</summary>
public sealed class LeadershipTests
{
    private const string Path = "/apis/coordination.k8s.io/v1/namespaces/sluice-system/leases/sluice-leader";

    private static readonly LeaseTimes Times = new()
    {
        Duration = TimeSpan.FromSeconds(1),
        RenewDeadline = TimeSpan.FromMilliseconds(700),
        Retry = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task A_lease_of_somebody_else_is_waited_for_however_wrong_the_clocks_are()
    {
        await using var api = await StoreApi.StartAsync();
        api.Put(Path, Lease("other", renewed: "2001-01-01T00:00:00.000000Z"));
        await using var one = new Candidate(api, "one");
        await api.UntilAsync(store => store.Calls.Count >= 4);
        Assert.False(one.Leadership.IsLeader);
        Assert.Empty(api.Writes);

        var renewed = TimeProvider.System.GetTimestamp();
        api.Put(Path, Lease("other", renewed: "2001-01-01T00:00:01.000000Z"));
        await one.UntilAsync(true);
        Assert.InRange(TimeProvider.System.GetElapsedTime(renewed).TotalMilliseconds, 950, 5_000);
        Assert.Equal(4, (int)api[Path]!["spec"]!["leaseTransitions"]!);
    }

    [Fact]
    public async Task A_lease_that_is_renewed_is_never_taken()
    {
        await using var api = await StoreApi.StartAsync();
        await using var one = new Candidate(api, "one");
        await one.UntilAsync(true);
        await using var two = new Candidate(api, "two");
        var started = TimeProvider.System.GetTimestamp();
        await api.UntilAsync(_ => TimeProvider.System.GetElapsedTime(started) > 2 * Times.Duration);

        Assert.True(one.Leadership.IsLeader);
        Assert.False(two.Leadership.IsLeader);
        Assert.Equal("one", Holder(api));
        Assert.Equal(0, (int)api[Path]!["spec"]!["leaseTransitions"]!);
    }

    [Fact]
    public async Task Of_those_who_want_it_at_the_same_time_one_gets_it()
    {
        await using var api = await StoreApi.StartAsync();
        api.Put(Path, Lease(""));
        var candidates = Enumerable.Range(0, 8).Select(i => new Candidate(api, $"c{i}")).ToList();
        await api.UntilAsync(store => Holder(store).Length > 0 && store.Calls.Count > 60);

        Assert.Equal([Holder(api)], candidates.Where(candidate => candidate.Leadership.IsLeader).Select(candidate => candidate.Name));
        foreach (var candidate in candidates)
        {
            await candidate.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_leader_that_is_refused_leads_no_longer_before_others_may_and_leads_again_afterwards()
    {
        await using var api = await StoreApi.StartAsync();
        await using var one = new Candidate(api, "one");
        await one.UntilAsync(true);

        api.Refuses = (_, _) => 503;
        var refused = TimeProvider.System.GetTimestamp();
        await one.UntilAsync(false);
        Assert.InRange(TimeProvider.System.GetElapsedTime(refused), TimeSpan.FromMilliseconds(500), Times.Duration);
        Assert.Single(one.Log.Lines, line => line.Contains("can be neither read nor written", StringComparison.Ordinal));

        api.Refuses = (_, _) => 0;
        await one.UntilAsync(true);
    }

    [Fact]
    public async Task A_conflict_is_no_end_as_long_as_the_lease_is_ours()
    {
        await using var api = await StoreApi.StartAsync();
        await using var one = new Candidate(api, "one");
        await one.UntilAsync(true);

        // Somebody labels it.
        var lease = api[Path]!;
        lease["metadata"]!["labels"] = new System.Text.Json.Nodes.JsonObject { ["team"] = "edge" };
        api.Put(Path, lease.ToJsonString());
        var written = api.Writes.Count;
        await api.UntilAsync(store => store.Writes.Skip(written).Count(call => call.Code == 200) >= 3);

        Assert.Equal([true], one.Changes);
        Assert.Equal("edge", (string?)api[Path]!["metadata"]!["labels"]!["team"]);
    }

    [Fact]
    public async Task A_lease_that_is_given_back_or_deleted_is_taken_at_once()
    {
        await using var api = await StoreApi.StartAsync();
        api.Put(Path, Lease("other", seconds: 3600));
        await using var one = new Candidate(api, "one", Times with { Retry = TimeSpan.FromHours(1), RenewDeadline = TimeSpan.FromHours(2) });
        await api.UntilAsync(store => store.Calls.Count >= 1);
        api.Put(Path, Lease(""));
        await one.UntilAsync(true);

        api.Delete(Path);
        await api.UntilAsync(store => Holder(store) == "one");
        Assert.Equal([true], one.Changes);
    }

    [Fact]
    public async Task Who_ends_gives_the_lease_back_and_nobody_elses()
    {
        await using var api = await StoreApi.StartAsync();
        await using (var one = new Candidate(api, "one"))
        {
            await one.UntilAsync(true);
        }

        Assert.Equal("", Holder(api));

        await using (var two = new Candidate(api, "two"))
        {
            await two.UntilAsync(true);
            api.Put(Path, Lease("other"));
        }

        Assert.Equal("other", Holder(api));
    }

    private static string Holder(StoreApi api) => (string?)api[Path]?["spec"]?["holderIdentity"] ?? "";

    private static string Lease(string holder, string renewed = "2026-01-01T00:00:00.000000Z", int seconds = 1) => $$$"""
        {"metadata": {"name": "sluice-leader"}, "spec": {"holderIdentity": "{{{holder}}}", "leaseDurationSeconds": {{{seconds}}},
         "acquireTime": "2001-01-01T00:00:00.000000Z", "renewTime": "{{{renewed}}}", "leaseTransitions": 3}}
        """;

    /// <summary>One who takes part in the election.</summary>
    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly ApiClient client;
        private readonly Signal changed = new();
        private readonly Task running;

        public Candidate(StoreApi api, string name, LeaseTimes? times = null)
        {
            Name = name;
            client = api.Client();
            Leadership = new Leadership(client, new NamespacedName("sluice-system", "sluice-leader"), name, times ?? Times, Log);
            Leadership.Changed += leads =>
            {
                Changes = [.. Changes, leads];
                changed.Fire();
            };
            running = Leadership.RunAsync(stop.Token);
        }

        public string Name { get; }

        public Leadership Leadership { get; }

        public TestLog Log { get; } = new();

        public IReadOnlyList<bool> Changes { get; private set; } = [];

        public Task UntilAsync(bool leads) => changed.UntilAsync(() => Leadership.IsLeader == leads, () => $"{Name}: {string.Join('\n', Log.Lines)}");

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            client.Dispose();
            stop.Dispose();
        }
    }
}
