using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>Changes that are large as a whole or in a part, and so meet the limits of HAProxy's command line.</summary>
public sealed class LargeChangeTests(LargeChangeTests.Given given) : IClassFixture<LargeChangeTests.Given>
{
    public sealed class Given() : Scenario("one", "two")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files => files.Write("services.yaml", ServiceForEach(Pods.All)));
    }

    [Fact]
    public async Task Two_thousand_hosts_come_change_and_go_at_run_time()
    {
        // Before HAProxy 3.4 the first rule for a Service is a reload.
        await given.Sluice.ApplyAsync(files => files.Write("few.yaml", Ingress("few", [Rule("few.test", Prefix("/one", "one"), Prefix("/two", "two"))])));
        var worker = await given.Sluice.Master.WorkerPidAsync();
        foreach (var service in (string[])["one", "two"])
        {
            var rules = Enumerable.Range(0, 2_000).Select(number => Rule($"h{number}.many.test", Prefix("/", service)));
            var change = await given.Sluice.ApplyAsync(files => files.Write("many.yaml", Ingress("many", rules)));
            Assert.Equal(ChangeKind.Runtime, change.Kind);
            await AssertAllAsync(service);
        }

        var gone = await given.Sluice.ApplyAsync(files => files.Delete("many.yaml"));
        Assert.Equal(ChangeKind.Runtime, gone.Kind);
        await AssertAllAsync("404");
        Assert.Equal(worker, await given.Sluice.Master.WorkerPidAsync());
    }

    [Fact]
    public async Task Three_hundred_Services_come_and_go_at_run_time()
    {
        var atRunTime = await RuntimeChanges.OfAsync(given.Sluice);
        var names = Enumerable.Range(0, 300).Select(number => $"s{number}").ToList();
        var came = await given.Sluice.ApplyAsync(files => files.Write(
            "services-many.yaml",
            string.Concat(names.Select(name => ServiceOf(name, given.Pods["one"], given.Pods["two"]))),
            Ingress("services-many", names.Select(name => Rule($"{name}.services.test", Prefix("/", name))))));
        await atRunTime.AssertAsync(came);
        await using var client = new RawHttp(given.Sluice.HttpPort);
        foreach (var name in names)
        {
            Assert.Equal(200, (await client.GetAsync($"{name}.services.test", "/")).Status);
        }

        var gone = await given.Sluice.ApplyAsync(files => files.Delete("services-many.yaml"));
        Assert.Equal(ChangeKind.Runtime, gone.Kind);
        Assert.Equal("404", (await client.GetAsync("s7.services.test", "/")).Outcome);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_700)]
    [InlineData(2_000)]
    [InlineData(4_000)]
    public async Task A_long_path_of_the_longest_host_is_served_or_found(int length)
    {
        var host = $"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}.{new string('d', 61)}";
        var path = $"/{new string('p', length)}";
        var change = await given.Sluice.ApplyAsync(files => files.Write(
            "long.yaml", Ingress("long", [Rule(host, Exact(path, "one"), Prefix($"{path}/q", "two"))])));

        Assert.Equal(253, host.Length);
        if (change.Findings.Any(finding => finding.Code == FindingCode.InvalidPath))
        {
            return;
        }

        // Its own connection: another test of this class makes HAProxy reload, which ends idle ones.
        await using var client = new RawHttp(given.Sluice.HttpPort);
        Assert.Equal("one", (await client.GetAsync(host, path)).Outcome);
        Assert.Equal("two", (await client.GetAsync(host, $"{path}/q/r")).Outcome);
        Assert.Equal("404", (await client.GetAsync(host, $"{path}/x")).Outcome);
    }

    [Fact]
    public async Task A_certificate_with_a_chain_too_long_for_a_command_takes_a_reload_that_says_so()
    {
        var certificate = TestCertificate.Rsa("chain.test");
        var issuers = Enumerable.Repeat(TestCertificate.Rsa("issuer.test").Certificate, 16);
        var chain = string.Join('\n', [certificate.Certificate, .. issuers, ""]);

        var change = await given.Sluice.ApplyAsync(files => files.Write(
            "chain.yaml",
            Ingress("chain", [Rule("chain.test", Prefix("/", "one"))], tls: [("chain", ["chain.test"])]),
            Secret("chain", chain, certificate.Key)));

        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.Contains(change.Reasons, reason => reason.Contains("chain.test", StringComparison.Ordinal));
        Assert.True((await TlsClient.HandshakeAsync(given.Sluice.HttpsPort, "chain.test")).Served(certificate));
    }

    private async Task AssertAllAsync(string expected)
    {
        await using var client = new RawHttp(given.Sluice.HttpPort);
        for (var number = 0; number < 2_000; number += 7)
        {
            Assert.Equal((number, expected), (number, (await client.GetAsync($"h{number}.many.test", "/")).Outcome));
        }
    }
}
