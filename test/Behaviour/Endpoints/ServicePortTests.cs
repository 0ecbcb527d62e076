using System.Net;
using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Endpoints;

/// <summary>How the port of a backend, of a Service and of a slice find together; and Services that are a DNS name.</summary>
public sealed class ServicePortTests(ServicePortTests.Given given) : IClassFixture<ServicePortTests.Given>
{
    public sealed class Given() : Scenario
    {
        protected override Task GivenAsync() => Task.CompletedTask;

        protected override Task<EchoPods> StartPodsAsync() =>
            EchoPods.StartAsync([("four", IPAddress.Loopback), ("six", IPAddress.IPv6Loopback), ("admin", new IPAddress([127, 0, 0, 2]))]);

        internal string SliceAt(string service, string pod, string suffix = "1", string portName = "")
        {
            var endpoint = new EndpointAt(Pods[pod].Address.ToString());
            return Slice(service, Pods[pod].Port, [endpoint], suffix, portName, pod == "six" ? "IPv6" : "IPv4");
        }

        internal async Task<string> AskAsync(string name, string backend, params IEnumerable<string> manifests)
        {
            await Sluice.ApplyAsync(files => files.Write($"{name}.yaml", [Site(name, $"{name}.test", backend), .. manifests]));
            return (await Sluice.GetAsync($"{name}.test", "/")).Outcome;
        }
    }

    [Theory]
    [InlineData("named:web", "four")]
    [InlineData("named:80", "four")]
    [InlineData("named:admin", "admin")]
    [InlineData("named:9000", "admin")]
    [InlineData("named:8080", "503")]
    [InlineData("named:other", "503")]
    public async Task A_port_is_found_by_its_name_or_its_number_in_the_Service(string backend, string expected)
    {
        var service = Service("named", ports:
            ["{name: web, port: 80, targetPort: container-web}", "{name: admin, port: 9000, targetPort: 8080}"]);

        Assert.Equal(expected, await given.AskAsync(
            "named", backend, service, given.SliceAt("named", "four", "1", "web"), given.SliceAt("named", "admin", "2", "admin")));
    }

    [Fact]
    public async Task A_slice_with_another_port_is_no_endpoint_of_this_one() =>
        Assert.Equal("503", await given.AskAsync(
            "foreign",
            "foreign:80",
            Service("foreign", ports: ["{name: web, port: 80}"]),
            given.SliceAt("foreign", "four", "1", "metrics")));

    [Fact]
    public async Task An_endpoint_may_have_an_address_of_IPv6() =>
        Assert.Equal("six", await given.AskAsync("six", "six", Service("six"), given.SliceAt("six", "six")));

    [Fact]
    public async Task A_Service_may_have_endpoints_of_both_families()
    {
        await given.AskAsync("dual", "dual", Service("dual"), given.SliceAt("dual", "six", "6"), given.SliceAt("dual", "four", "4"));

        var answered = new SortedSet<string>(StringComparer.Ordinal);
        for (var request = 0; request < 40; request++)
        {
            answered.Add((await given.Sluice.GetAsync("dual.test", "/")).Outcome);
        }

        Assert.Equal(["four", "six"], answered);
    }

    [Fact]
    public async Task A_Service_of_type_ExternalName_leads_to_what_its_name_resolves_to()
    {
        var port = given.Pods["four"].Port;
        var service = Service("external", externalName: "localhost", ports: [$"{{port: {port}}}"]);

        Assert.Contains(await given.AskAsync("external", $"external:{port}", service), (string[])["four", "six"]);
    }

    [Fact]
    public async Task A_Service_of_type_ExternalName_whose_name_does_not_resolve_gives_503() =>
        Assert.Equal("503", await given.AskAsync("nowhere", "nowhere:80", Service("nowhere", externalName: "nowhere.invalid")));
}
