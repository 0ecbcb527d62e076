using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Behaviour.Harness;
using Sluice.Core.Model;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Replicas, each with a HAProxy of its own, for which one limit holds together.</summary>
public sealed class ReplicaTests
{
    private static readonly (string, string) Hourly = ("sluice.dev/rate-limit-period", "1h");
    private static readonly NamespacedName Service = new("default", "replicas");
    private static readonly IPAddress[] Addresses = [IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.2")];

    [Fact]
    public async Task A_limit_holds_for_all_replicas_together()
    {
        var port = Ports.Free(Addresses);
        await using var one = await StartAsync(Addresses[0], port);
        await using var two = await StartAsync(Addresses[1], port);
        foreach (var site in new[] { one, two })
        {
            await site.PutAsync(Slice("replicas", 1, Addresses.Select(address => new EndpointAt(address.ToString()))));
            await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "4"), Hourly);
        }

        Assert.Equal(["app", "app"], [await one.AskAsync(), await one.AskAsync()]);
        await CountedAsync(two, $"rate1h-127.0.0.1_{port}", 2);

        Assert.Equal(["app", "app", "429"], [await two.AskAsync(), await two.AskAsync(), await two.AskAsync()]);
        await CountedAsync(one, $"rate1h-127.0.0.2_{port}", 2);
        Assert.Equal("429", await one.AskAsync());

        // Another client has a count of its own; a greater limit counts on.
        Assert.Equal("app", await one.AskFromAsync("127.0.0.9"));
        await one.AnnotateAsync(("sluice.dev/rate-limit-requests", "5"), Hourly);
        Assert.Equal(["app", "429"], [await one.AskAsync(), await one.AskAsync()]);
    }

    [Fact]
    public async Task Replicas_that_are_not_known_are_told_and_a_limit_holds_for_each()
    {
        await using var site = await StartAsync(Addresses[0], Ports.Free(Addresses));

        var change = await site.AnnotateAsync(("sluice.dev/rate-limit-requests", "1"), Hourly);

        var finding = Assert.Single(change.Findings);
        Assert.Equal((FindingCode.CountsNotShared, "Service default/replicas"), (finding.Code, finding.Object.ToString()));
        Assert.Equal(["app", "429"], [await site.AskAsync(), await site.AskAsync()]);
    }

    [Fact]
    public async Task Nobody_else_is_let_to_the_counts()
    {
        var port = Ports.Free(Addresses);
        await using var site = await StartAsync(Addresses[0], port);
        await site.PutAsync(Slice("replicas", 1, Addresses.Select(address => new EndpointAt(address.ToString()))));
        Assert.Equal("200", await GreetAsync(port, Addresses[1]));
        Assert.Equal("", await GreetAsync(port, IPAddress.Parse("127.0.0.3")));
    }

    // Greets as the second replica does (HAProxy's doc/peers-v2.0.txt). Returns the status; empty if the connection is closed.
    private static async Task<string> GreetAsync(int port, IPAddress from)
    {
        try
        {
            await using var stream = await RawConnection.TcpAsync(port, from);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HAProxyS 2.1\n127.0.0.1_{port}\n127.0.0.2_{port} 1 1\n"), TestContext.Current.CancellationToken);
            var answer = new byte[3];
            return Encoding.ASCII.GetString(answer.AsSpan(0, await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken)));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "";
        }
    }

    private static async Task<PolicySite> StartAsync(IPAddress address, int port) => await PolicySite.StartAsync(
        await EchoPods.StartAsync("app"),
        settings => settings with { PeerAddress = new Endpoint(address, port, Draining: false), PeersService = Service });

    // HAProxy has no event for it. Each request counts two.
    private static async Task CountedAsync(PolicySite site, string table, int requests)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!(await site.Sluice.TamperAsync($"show table limits/{table}"))[0].Contains($" gpc0={2 * requests} ", StringComparison.Ordinal))
        {
            Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(15));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
