using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Proxying;

/// <summary>Connections on both sides, long requests, and large bodies.</summary>
public sealed class ConnectionTests(ConnectionTests.Given given) : IClassFixture<ConnectionTests.Given>
{
    private const int Large = 10_000_000;

    public sealed class Given() : Scenario("app")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files => files.Write(
            "app.yaml", Site("app", "app.test", "app"), ServiceForEach(Pods.All)));
    }

    [Fact]
    public async Task Connections_to_clients_and_to_pods_are_kept_even_while_routes_change()
    {
        await using var client = new RawHttp(given.Sluice.HttpPort);
        await client.GetAsync("app.test", "/");
        var before = given.Pods.Connections;
        for (var round = 0; round < 20; round++)
        {
            await given.Sluice.ApplyAsync(files => files.Write("routes.yaml", Site("routes", $"route-{round}.test", "app")));
            Assert.Equal("app", (await client.GetAsync("app.test", "/")).Outcome);
        }

        // Any idle connection to the pod may be taken, and HAProxy closes those beyond its need in between: not a new one each time.
        Assert.Equal(1, client.Connections);
        Assert.InRange(given.Pods.Connections - before, 0, 2);
    }

    [Fact]
    public async Task A_long_poll_is_answered_when_the_pod_has_something_to_say()
    {
        await using var connection = await RawConnection.OpenAsync(given.Sluice.HttpPort);
        await connection.WriteAsync("GET", "/?gate=poll", "app.test");
        await given.Pods.Gates["poll"].ArrivalAsync();

        await given.Sluice.ApplyAsync(files => files.Write("poll.yaml", Site("poll", "poll.test", "app")));
        given.Pods.Gates["poll"].Open();

        Assert.Equal("app", (await connection.ReadAsync("GET")).Outcome);
    }

    [Fact]
    public async Task A_part_of_an_answer_arrives_before_the_rest_is_written()
    {
        await using var stream = await given.Sluice.Http2.OpenAsync("app.test", "/?lines=3&gate=stream");
        using var reader = new StreamReader(stream);

        Assert.Equal("app 1", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        given.Pods.Gates["stream"].Open();

        Assert.Equal("app 2\napp 3\n", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_large_body_reaches_the_pod()
    {
        var body = new byte[Large];

        Assert.Equal(Large, (await given.Sluice.Http.SendAsync("POST", "/", "app.test", body: body)).Echo.BodyLength);
        Assert.Equal(Large, (await given.Sluice.Http2.SendAsync("POST", "app.test", "/", body: body)).Echo.BodyLength);
    }

    [Fact]
    public async Task A_large_body_reaches_the_client()
    {
        Assert.Equal(Large, (await given.Sluice.GetAsync("app.test", $"/?bytes={Large}")).Body.Length);
        Assert.Equal(Large, (await given.Sluice.Http2.GetAsync("app.test", $"/?bytes={Large}")).Body.Length);
    }

    [Fact]
    public async Task Many_requests_at_a_time_on_one_connection_of_http2_are_all_answered()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(number =>
            given.Sluice.Http2.GetAsync("app.test", $"/?ms={number % 7}")));

        Assert.All(answers, answer => Assert.Equal("app", answer.Outcome));
    }
}
