using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Controller;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>Where the names of ExternalName Services may lead.</summary>
public sealed class ExternalNamesTests
{
    [Theory]
    [InlineData("10.0.0.7", true)]
    [InlineData("2001:db8::7", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    public async Task In_a_cluster_a_name_leads_neither_to_our_own_pod_nor_to_the_nodes_link(string address, bool isReached)
    {
        using var names = Names(mayBeItself: false, address, "10.0.0.8");
        names.Follow(["some.example.com"]);

        await names.ResolveAsync(TestContext.Current.CancellationToken);

        Assert.Equal(isReached, Found(names).Contains(IPAddress.Parse(address)));
        Assert.Contains(IPAddress.Parse("10.0.0.8"), Found(names));
    }

    [Fact]
    public async Task A_name_that_leads_nowhere_else_has_no_address()
    {
        using var names = Names(mayBeItself: false, "127.0.0.1", "169.254.169.254");
        Assert.True(names.Follow(["some.example.com"]));

        Assert.False(await names.ResolveAsync(TestContext.Current.CancellationToken));

        Assert.False(names.Addresses.ContainsKey("some.example.com"));
        Assert.False(names.Follow(["some.example.com"]));
    }

    [Fact]
    public async Task Whoever_runs_us_on_manifests_may_lead_names_to_the_machine_itself()
    {
        using var names = Names(mayBeItself: true, "127.0.0.1", "169.254.169.254");
        names.Follow(["some.example.com"]);

        await names.ResolveAsync(TestContext.Current.CancellationToken);

        Assert.Equal([IPAddress.Loopback], Found(names));
    }

    private static ExternalNames Names(bool mayBeItself, params string[] addresses) => new(
        (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()), TimeSpan.FromHours(1), mayBeItself, NullLogger<ExternalNames>.Instance);

    private static EquatableArray<IPAddress> Found(ExternalNames names) => names.Addresses["some.example.com"].Addresses;
}
