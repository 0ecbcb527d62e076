using System.Diagnostics;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>What goes wrong around us must not be seen by clients.</summary>
public sealed class ResilienceTests(ResilienceTests.Given given) : IClassFixture<ResilienceTests.Given>
{
    private static readonly TestCertificate Certificate = TestCertificate.Ecdsa("secure.test");

    public sealed class Given() : Scenario("one", "two")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(Pods.All));
            files.Write("base.yaml", Ingress("base", [Rule("base.test", Prefix("/", "one"), Exact("/two", "two"))]));
            files.Write("regex.yaml", Ingress(
                "regex", [Rule("regex.test", Specific("/[0-9]+$", "two"))], annotations: [("sluice.dev/path-type", "regex")]));
            files.Write("secure.yaml", Secret("secure", Certificate), Ingress(
                "secure", [Rule("secure.test", Prefix("/", "one"))], tls: [("secure", ["secure.test"])]));
        });
    }

    [Fact]
    public async Task A_file_that_cannot_be_parsed_changes_nothing_until_it_is_mended()
    {
        var good = Site("file", "file.test", "one");
        await given.Sluice.ApplyAsync(files => files.Write("file.yaml", good));

        var broken = await given.Sluice.ApplyAsync(files => files.Write("file.yaml", good + "---\nkind: [unclosed\n  - : :"));
        Assert.Contains(broken.Findings, finding => finding.Code == FindingCode.UnreadableFile);
        Assert.Equal("one", await OutcomeAsync("file.test", "/"));
        await AssertAllServedAsync();

        var beside = await given.Sluice.ApplyAsync(files => files.Write("beside.yaml", Site("beside", "beside.test", "two")));
        Assert.Equal(ChangeKind.Runtime, beside.Kind);
        Assert.Equal("two", await OutcomeAsync("beside.test", "/"));

        var mended = await given.Sluice.ApplyAsync(files => files.Write("file.yaml", Site("file", "file.test", "two")));
        Assert.DoesNotContain(mended.Findings, finding => finding.Code == FindingCode.UnreadableFile);
        Assert.Equal("two", await OutcomeAsync("file.test", "/"));
    }

    [Theory]
    [InlineData("rules", "spec: {rules: 7}")]
    [InlineData("paths", "spec: {rules: [{host: shape.test, http: {paths: [{path: /, pathType: Sideways}]}}]}")]
    [InlineData("backend", "spec: {rules: [{host: shape.test, http: {paths: [{path: /, pathType: Prefix}]}}]}")]
    [InlineData("spec", "spec: nothing")]
    public async Task An_object_of_the_wrong_shape_is_found_and_its_last_good_version_serves(string fault, string spec)
    {
        var good = Site($"shape-{fault}", $"{fault}.shape.test", "one");
        await given.Sluice.ApplyAsync(files => files.Write($"shape-{fault}.yaml", good));

        var change = await given.Sluice.ApplyAsync(files => files.Write(
            $"shape-{fault}.yaml", good.Split("spec:")[0], spec, "\n"));

        Assert.Contains(change.Findings, finding => finding.Object.Name.Name.Contains($"shape-{fault}", StringComparison.Ordinal));
        Assert.Equal("one", await OutcomeAsync($"{fault}.shape.test", "/"));
    }

    [Fact]
    public async Task Hostile_text_in_an_Ingress_harms_nobody_else()
    {
        string[] hostile =
        [
            "/x\n/y", "/x y", "/x#y", "/x;set map", "/x\\", "/x\"", "/%00", "/x\u0001", "/é", "/{}", "/$(id)",
            $"/{new string('a', 5_000)}",
        ];
        await given.Sluice.ApplyAsync(files =>
        {
            foreach (var (number, path) in hostile.Index())
            {
                var rule = Rule("hostile.test", Prefix(path, "one"), Prefix($"/fine-{number}", "two"));
                files.Write($"hostile-{number}.yaml", Ingress($"hostile-{number}", [rule]));
            }
        });

        await AssertAllServedAsync();
        foreach (var number in Enumerable.Range(0, hostile.Length))
        {
            Assert.Equal((number, "two"), (number, await OutcomeAsync("hostile.test", $"/fine-{number}")));
        }
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("master")]
    public async Task A_killed_process_is_replaced_and_serves_everything_again(string victim)
    {
        await given.Sluice.ApplyAsync(files => files.Write("before.yaml", Site("before", "before.test", "one")));
        var worker = await given.Sluice.Master.WorkerPidAsync();

        using (var process = Process.GetProcessById(victim == "worker" ? worker : await given.Sluice.Master.MasterPidAsync()))
        {
            process.Kill();
        }

        await given.Sluice.WorkerReplacedAsync(worker);
        await AssertAllServedAsync();
        Assert.Equal("one", await OutcomeAsync("before.test", "/"));

        var after = await given.Sluice.ApplyAsync(files => files.Write("before.yaml", Site("before", "before.test", "two")));
        Assert.Equal((ChangeKind.Runtime, 1), (after.Kind, after.Commands));
        Assert.Equal("two", await OutcomeAsync("before.test", "/"));
        await AssertAllServedAsync();
    }

    [Fact]
    public async Task A_change_that_comes_while_HAProxy_is_down_is_served_when_it_is_back()
    {
        for (var round = 0; round < 3; round++)
        {
            using (var process = Process.GetProcessById(await given.Sluice.Master.WorkerPidAsync()))
            {
                process.Kill();
            }

            await given.Sluice.ApplyAsync(files => files.Write("down.yaml", Site("down", $"down-{round}.test", "two")));

            Assert.Equal("two", await OutcomeAsync($"down-{round}.test", "/"));
            Assert.Equal("404", await OutcomeAsync($"down-{round - 1}.test", "/"));
            await AssertAllServedAsync();
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(30)]
    [InlineData(60)]
    public async Task A_change_that_HAProxy_dies_of_is_served_when_it_is_back(int milliseconds)
    {
        using var worker = Process.GetProcessById(await given.Sluice.Master.WorkerPidAsync());
        var rules = Enumerable.Range(0, 3_000).Select(number => Rule($"h{number}.dies-{milliseconds}.test", Prefix("/", "two")));

        var change = given.Sluice.ApplyAsync(files => files.Write("dies.yaml", Ingress("dies", rules)));
        await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
        worker.Kill();
        await change;
        await given.Sluice.WorkerReplacedAsync(worker.Id);

        await AssertStaysAsync(await given.Sluice.Master.WorkerPidAsync());
        Assert.Equal("two", await OutcomeAsync($"h7.dies-{milliseconds}.test", "/"));
        Assert.Equal("two", await OutcomeAsync($"h2999.dies-{milliseconds}.test", "/"));
        await AssertAllServedAsync();
        await given.Sluice.ApplyAsync(files => files.Delete("dies.yaml"));
        Assert.Equal("404", await OutcomeAsync($"h7.dies-{milliseconds}.test", "/"));
    }

    /// <summary>HAProxy is started once for each death: the change must not start it, and then the news of the death again.</summary>
    private async Task AssertStaysAsync(int worker)
    {
        for (var check = 0; check < 20; check++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            Assert.Equal("one", await OutcomeAsync("base.test", "/any"));
        }

        Assert.Equal(worker, await given.Sluice.Master.WorkerPidAsync());
    }

    private async Task AssertAllServedAsync()
    {
        Assert.Equal("one", await OutcomeAsync("base.test", "/any"));
        Assert.Equal("two", await OutcomeAsync("base.test", "/two"));
        Assert.Equal("two", await OutcomeAsync("regex.test", "/123"));
        Assert.Equal("404", await OutcomeAsync("regex.test", "/abc"));
        Assert.Equal("308", await OutcomeAsync("secure.test", "/"));
        Assert.Equal("one", (await given.Sluice.GetTlsAsync("secure.test", "/")).Outcome);
        Assert.True((await TlsClient.HandshakeAsync(given.Sluice.HttpsPort, "secure.test")).Served(Certificate));
    }

    private async Task<string> OutcomeAsync(string host, string path) =>
        (await given.Sluice.SendAsync(Over.Http1, "GET", host, path)).Outcome;
}
