using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>What requests and agents tell of pods, beside checks.</summary>
public sealed class PodHealthTests
{
    private static readonly (string, string)[] Quick = [("sluice.dev/check-interval", "50ms"), ("sluice.dev/check-rise", "1"), ("sluice.dev/check-fall", "1")];

    [Fact]
    public async Task A_pod_that_answers_with_errors_gets_no_requests_until_a_check_finds_it_well()
    {
        await using var site = await PolicySite.StartAsync();
        await site.AnnotateAsync([("sluice.dev/check", "true"), .. Quick]);
        for (var count = 0; count < 20; count++)
        {
            Assert.Equal(500, (await site.GetAsync("/?status=500")).Status);
        }

        await site.AnnotateAsync([("sluice.dev/check-passive", "layer7"), ("sluice.dev/check-passive-limit", "3"), .. Quick]);
        await UntilAsync(async () => (await site.GetAsync("/?status=500")).Status == 503);
        await UntilAsync(async () => await site.AskAsync() == "app");

        await site.AnnotateAsync([("sluice.dev/check-passive", "layer4"), ("sluice.dev/check-passive-limit", "3"), .. Quick]);
        for (var count = 0; count < 20; count++)
        {
            Assert.Equal(500, (await site.GetAsync("/?status=500")).Status);
        }

        var change = await site.AnnotateAsync(("sluice.dev/check-passive", "layer3"), ("sluice.dev/check-passive-limit", "0"));
        Assert.Equal(
            ["metadata.annotations[sluice.dev/check-passive-limit]", "metadata.annotations[sluice.dev/check-passive]"], change.Findings.Select(finding => finding.Field).Order(StringComparer.Ordinal));
        change = await site.AnnotateAsync(("sluice.dev/check-passive", "layer7"), ("sluice.dev/check", "false"));
        Assert.Equal("InvalidSetting metadata.annotations[sluice.dev/check-passive]", Assert.Single(change.Findings) is var finding ? $"{finding.Code} {finding.Field}" : "");
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task An_agent_says_how_much_a_pod_can_take_and_that_is_no_drift()
    {
        await using var site = await PolicySite.StartAsync("app", "second");
        using var ofFirst = new Agent(site.Pods["app"].Address, Ports.Free([site.Pods["app"].Address, site.Pods["second"].Address]));
        using var ofSecond = new Agent(site.Pods["second"].Address, ofFirst.Port);
        await site.ServeAsync("app", "second");
        (string, string)[] asking = [("sluice.dev/agent-check-port", $"{ofFirst.Port}"), ("sluice.dev/agent-check-interval", "30ms")];
        await site.AnnotateAsync(asking);

        ofFirst.Says = "down";
        await UntilAsync(async () => await IsAsync(site, "app", "0", "0", "100"));
        Assert.Equal(["second"], await AnswersAsync(site));
        ofFirst.Says = "up 50%";
        await UntilAsync(async () => await IsAsync(site, "app", "2", "0", "50"));
        Assert.Equal(["app", "second"], await AnswersAsync(site));
        ofSecond.Says = "drain";
        await UntilAsync(async () => await IsAsync(site, "second", "2", "8", "100"));
        Assert.Equal(["app"], await AnswersAsync(site));

        // Read back several times by now: HAProxy was not told otherwise, or the site fails when it ends.
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(["app"], await AnswersAsync(site));
        ofSecond.Says = "ready";
        await UntilAsync(async () => await IsAsync(site, "second", "2", "0", "100"));

        // A pod that is to go gets no more, whatever its agent says.
        await site.ServeAsync("second");
        ofFirst.Says = "up 100%";
        Assert.Equal(["second"], await AnswersAsync(site));
        await site.SameWorkerAsync();

        ofSecond.Says = "up ready 1%";
        await site.AnnotateAsync([("sluice.dev/server-weight", "200"), .. asking]);
        await UntilAsync(async () => await IsAsync(site, "second", "2", "0", "2"));
        Assert.Equal("second", await site.AskAsync());

        var change = await site.AnnotateAsync(("sluice.dev/agent-check-port", "70000"));
        Assert.Equal("metadata.annotations[sluice.dev/agent-check-port]", Assert.Single(change.Findings).Field);
        change = await site.AnnotateAsync(("sluice.dev/agent-check-interval", "1s"));
        Assert.Equal("IncompleteSetting", $"{Assert.Single(change.Findings).Code}");
        await site.SameWorkerAsync();
    }

    private static async Task<IEnumerable<string>> AnswersAsync(PolicySite site)
    {
        var answers = new SortedSet<string>(StringComparer.Ordinal);
        for (var count = 0; count < 12; count++)
        {
            answers.Add(await site.AskAsync());
        }

        return answers;
    }

    // Whether the server of a pod has this state, this administrative state and this weight.
    private static async Task<bool> IsAsync(PolicySite site, string pod, params string[] expected) =>
        (await site.AskHaproxyAsync("show servers state")).Split('\n').Select(line => line.Split(' '))
            .Any(cells => cells.Length > 18 && cells[4] == site.Pods[pod].Address.ToString() && cells[1].Length > "default_app_80".Length && cells.AsSpan(5, 3).SequenceEqual(expected));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    /// <summary>Says one line to everybody who connects.</summary>
    private sealed class Agent : IDisposable
    {
        private readonly TcpListener listener;

        public Agent(IPAddress address, int port)
        {
            (listener, Port) = (new TcpListener(address, port), port);
            listener.Start();
            _ = AnswerAsync();
        }

        public int Port { get; }

        public string Says { get; set; } = "up";

        public void Dispose() => listener.Dispose();

        private async Task AnswerAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptSocketAsync();
                    await client.SendAsync(Encoding.ASCII.GetBytes(Says + "\n"));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
