using System.Diagnostics;
using System.Text;
using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Two sites share the agent, and one of them asks more of it than it can do.</summary>
public sealed class SharedAgentTests
{
    private const string Other = "other.test";
    private const string Hash = "abcdefghijklmnopqrstuu7nFISH/8YdwlXD3lw69A4iBUf6fvWAW";

    [Fact]
    public async Task An_authenticator_that_hangs_keeps_nobody_from_asking_another_one()
    {
        await using var site = await PolicySite.StartAsync("app", "auth");
        var auth = $"http://{site.Pods["auth"].Address}:{site.Pods["auth"].Port}";
        await site.ConfigureAsync(("auth-url-loopback", "true"));
        await site.PutAsync(OtherSite(("sluice.dev/auth-url", $"{auth}/")));
        await site.AnnotateAsync(("sluice.dev/auth-url", $"{auth}/?gate=hang"), ("sluice.dev/auth-timeout", "10s"));
        var connections = await AskAsync(site, 1_200, request => []);
        for (var arrived = 0; arrived < 100; arrived++)
        {
            await site.Pods.Gates["hang"].ArrivalAsync();
        }

        Assert.InRange(await SlowestAsync(site, 20, "app"), 0, 1);

        // More than its share of them are refused at once, and those that wait are answered in the end.
        var answers = connections.Select(connection => connection.ReadAsync("GET")).ToList();
        await FirstAsync(answers, 700, "503");
        site.Pods.Gates["hang"].Open();
        Assert.InRange((await Task.WhenAll(answers)).Count(answer => answer.Outcome == "app"), 100, 500);
        await EndAsync(connections);
    }

    [Fact]
    public async Task Wrong_passwords_for_a_slow_hash_hold_up_nobody_with_another_list()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Opaque("slow", ("joe", $"$2y$14${Hash}")), Opaque("users", ("ann", $"$2y$05${Hash}")), OtherSite(("sluice.dev/auth-type", "basic-auth"), ("sluice.dev/auth-secret", "users")));
        await site.AnnotateAsync(("sluice.dev/auth-type", "basic-auth"), ("sluice.dev/auth-secret", "slow"));
        var connections = await AskAsync(site, 300, request => [Credentials($"joe:{request}")]);
        await FirstAsync([.. connections.Select(connection => connection.ReadAsync("GET"))], 100, "503");

        Assert.InRange(await SlowestAsync(site, 1, "app", Credentials("ann:Hello world!")), 0, 2);
        Assert.InRange(await SlowestAsync(site, 1, "401", Credentials("ann:hello")), 0, 2);
        await EndAsync(connections);
    }

    private static string OtherSite(params IEnumerable<(string, string)> annotations) => Ingress("other", [Rule(Other, Prefix("/", "app"))], annotations: annotations);

    private static async Task<List<RawConnection>> AskAsync(PolicySite site, int count, Func<int, IEnumerable<string>> headers)
    {
        var connections = new List<RawConnection>();
        for (var request = 0; request < count; request++)
        {
            connections.Add(await RawConnection.OpenAsync(site.Sluice.HttpPort));
            await connections[^1].WriteAsync("GET", "/", PolicySite.Host, headers(request));
        }

        return connections;
    }

    private static async Task FirstAsync(IReadOnlyCollection<Task<Response>> answers, int count, string expected)
    {
        await foreach (var answer in Task.WhenEach(answers).Take(count))
        {
            Assert.Equal(expected, (await answer).Outcome);
        }
    }

    // In seconds.
    private static async Task<double> SlowestAsync(PolicySite site, int count, string expected, params IReadOnlyCollection<string> headers)
    {
        var slowest = 0.0;
        for (var request = 0; request < count; request++)
        {
            var since = Stopwatch.GetTimestamp();
            Assert.Equal(expected, (await site.Sluice.GetAsync(Other, "/", headers)).Outcome);
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(since).TotalSeconds);
        }

        return slowest;
    }

    private static async Task EndAsync(List<RawConnection> connections)
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    private static string Credentials(string text) => $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}";
}
