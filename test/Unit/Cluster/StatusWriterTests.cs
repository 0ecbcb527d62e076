using Sluice.Controller.Cluster;
using Sluice.Core.Resources;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>How the status of Ingresses is written, with a server that refuses.</summary>
public sealed class StatusWriterTests
{
    private static readonly LoadBalancerAddress Ours = new("192.0.2.7", "");

    private static readonly StatusTimes Times = new() { Retries = new Backoff(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(80)) };

    [Fact]
    public async Task What_is_right_is_not_even_read()
    {
        await using var run = await Run.StartAsync();
        run.Show(run.Ingress("web", Ours), run.Ingress("late"));
        await run.Api.UntilAsync(api => api.Writes.Count == 1);

        Assert.Equal(["GET late", "PATCH late/status"], run.Seen());
    }

    [Fact]
    public async Task What_is_right_on_the_server_is_not_written()
    {
        await using var run = await Run.StartAsync();
        var stale = run.Ingress("web");
        run.Store("web", Ours.Ip);
        run.Show(stale);
        await run.Api.UntilAsync(api => api.Calls.Count == 1);
        run.Writer.Refresh();
        await run.Api.UntilAsync(api => api.Calls.Count == 2);

        Assert.Empty(run.Api.Writes);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_is_refused_is_tried_again_less_and_less_often(int code)
    {
        await using var run = await Run.StartAsync();
        run.Api.Refuses = (verb, path) => verb == "PATCH" && path.Contains("/web/", StringComparison.Ordinal) ? code : 0;
        run.Show(run.Ingress("web"));
        await run.Api.UntilAsync(api => api.Writes.Count == 3);
        run.Api.Refuses = (_, _) => 0;
        await run.Api.UntilAsync(api => run.Addresses("web") == Ours.Ip);

        Assert.Single(run.Log.Lines, line => line.Contains("cannot be written", StringComparison.Ordinal));
        Assert.Equal(4, run.Api.Writes.Count);
    }

    [Fact]
    public async Task One_that_is_refused_does_not_hold_up_the_others()
    {
        await using var run = await Run.StartAsync();
        run.Api.Refuses = (verb, path) => verb == "PATCH" && path.Contains("/bad", StringComparison.Ordinal) ? 422 : 0;
        run.Show([.. Enumerable.Range(0, 8).Select(i => run.Ingress($"bad{i}")), .. Enumerable.Range(0, 8).Select(i => run.Ingress($"good{i}"))]);
        await run.Api.UntilAsync(api => Enumerable.Range(0, 8).All(i => run.Addresses($"good{i}") == Ours.Ip));
    }

    [Fact]
    public async Task A_change_between_reading_and_writing_is_not_overwritten()
    {
        await using var run = await Run.StartAsync();
        var web = run.Ingress("web");
        run.Api.Refuses = (verb, path) =>
        {
            if (verb == "PATCH" && run.Addresses("web").Length == 0)
            {
                run.Store("web", "198.51.100.1");
            }

            return 0;
        };
        run.Show(web);
        await run.Api.UntilAsync(api => run.Addresses("web") == $"198.51.100.1 {Ours.Ip}");
        Assert.Equal([409, 200], run.Api.Writes.Select(call => call.Code));
    }

    [Fact]
    public async Task Who_does_not_lead_writes_nothing_until_it_does()
    {
        await using var run = await Run.StartAsync();
        run.Leads = false;
        run.Show(run.Ingress("web"));
        Assert.Empty(run.Api.Calls);

        run.Leads = true;
        run.Writer.Refresh();
        await run.Api.UntilAsync(api => run.Addresses("web") == Ours.Ip);
    }

    [Fact]
    public async Task An_Ingress_that_is_gone_is_no_failure()
    {
        await using var run = await Run.StartAsync();
        var gone = run.Ingress("gone");
        run.Api.Delete(Run.Path("gone"));
        run.Show(gone, run.Ingress("web"));
        await run.Api.UntilAsync(api => run.Addresses("web") == Ours.Ip && api.Calls.Count == 3);
        Assert.Empty(run.Log.Lines);
    }

    [Fact]
    public async Task Somebody_who_undoes_it_again_and_again_is_let_be()
    {
        await using var run = await Run.StartAsync();
        run.Show(run.Ingress("web"));
        for (var i = 1; i <= Times.MostRewrites + 1; i++)
        {
            await run.Api.UntilAsync(api => run.Addresses("web") == Ours.Ip && api.Writes.Count == i);
            run.Show(run.Ingress("web", Ours));
            run.Show(run.Ingress("web"));
        }

        await run.Log.Written.UntilAsync(() => run.Log.Lines.Any(line => line.Contains("left alone", StringComparison.Ordinal)), () => "it was fought on");
    }

    [Fact]
    public async Task What_was_written_just_now_is_withdrawn_too()
    {
        await using var run = await Run.StartAsync();
        run.Show(run.Ingress("web"));
        await run.Api.UntilAsync(api => run.Addresses("web") == Ours.Ip);

        // The watch has not told of the write yet.
        await run.Writer.WithdrawAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("", run.Addresses("web"));
    }

    [Fact]
    public async Task A_withdrawal_has_an_end()
    {
        await using var run = await Run.StartAsync();
        run.Api.Refuses = (verb, _) => verb == "PATCH" ? 500 : 0;
        run.Show(run.Ingress("web"));
        await run.Api.UntilAsync(api => api.Writes.Count > 0);
        run.Store("web", Ours.Ip);
        await run.Writer.WithdrawAsync(TimeSpan.FromMilliseconds(100));
        Assert.Contains(run.Log.Lines, line => line.Contains("Not all addresses", StringComparison.Ordinal));
    }

    /// <summary>A writer that publishes one address, and its server.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly ApiClient client;
        private readonly Task running;
        private Table<NamespacedName, IngressResource> live = Table.Empty<NamespacedName, IngressResource>();

        private Run(StoreApi api)
        {
            Api = api;
            client = api.Client();
            Writer = new StatusWriter(client, () => Leads, Times, Log);
            Writer.Publish(EquatableArray.Create<LoadBalancerAddress>([Ours]));
            running = Writer.RunAsync(stop.Token);
        }

        public StoreApi Api { get; }

        public StatusWriter Writer { get; }

        public TestLog Log { get; } = new();

        public bool Leads { get; set; } = true;

        public static async Task<Run> StartAsync() => new(await StoreApi.StartAsync());

        public static string Path(string name) => $"/apis/networking.k8s.io/v1/namespaces/shop/ingresses/{name}";

        /// <summary>An Ingress, on the server too, with these addresses.</summary>
        public IngressResource Ingress(string name, params LoadBalancerAddress[] addresses)
        {
            Store(name, [.. addresses.Select(address => address.Ip)]);
            return new IngressResource(new NamespacedName("shop", name)) { Uid = name, Addresses = addresses.ToEquatableArray() };
        }

        public void Store(string name, params string[] addresses) => Api.Put(Path(name), $$$"""
            {"metadata": {"name": "{{{name}}}", "uid": "{{{name}}}"},
             "status": {"loadBalancer": {"ingress": [{{{string.Join(", ", addresses.Select(ip => $$"""{"ip": "{{ip}}"}"""))}}}] } } }
            """);

        public void Show(params IngressResource[] ingresses)
        {
            live = ingresses.Aggregate(live, (table, ingress) => table.SetItem(ingress.Id, ingress));
            Writer.Show(live);
        }

        public string Addresses(string name) => string.Join(
            ' ', (Api[Path(name)]?["status"]?["loadBalancer"]?["ingress"] as System.Text.Json.Nodes.JsonArray ?? []).Select(entry => (string?)entry?["ip"]));

        public IEnumerable<string> Seen() => Api.Calls.Select(call => $"{call.Verb} {call.Path.Split("/ingresses/")[1]}");

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            client.Dispose();
            await Api.DisposeAsync();
            stop.Dispose();
        }
    }
}
