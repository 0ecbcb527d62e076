using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>HAProxy is there and does not answer.</summary>
public sealed class PausedTests
{
    private const int Often = 100;

    [Fact]
    public async Task A_change_that_comes_while_HAProxy_is_paused_is_served_when_it_goes_on_without_a_reload()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one")));
        var worker = await sluice.Master.WorkerPidAsync();

        await Paused.StopAsync(worker);
        var change = sluice.ApplyAsync(files => files.Write("more.yaml", Site("more", "more.test", "one")));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(change.IsCompleted);
        await Paused.GoOnAsync(worker);

        Assert.Equal(ChangeKind.Runtime, (await change).Kind);
        Assert.Equal("one", (await sluice.GetAsync("more.test", "/")).Outcome);
        Assert.Equal(worker, await sluice.Master.WorkerPidAsync());
    }

    [Fact]
    public async Task Certificates_that_HAProxy_leaves_locked_are_had_again_by_a_reload()
    {
        await using var pods = await EchoPods.StartAsync("one");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write("all.yaml", ServiceForEach(pods.All), Site("app", "app.test", "one")));
        var file = $"{sluice.Settings.StateDir}/certs/default.pem";
        var pem = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

        // HAProxy 3.4.7 forgets to unlock them where one connection asks for a certificate while another commits one.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        enough.CancelAfter(TimeSpan.FromSeconds(10));
        await Task.WhenAll(
            UntilLockedAsync(sluice, [$"show ssl cert {file}"], enough), UntilLockedAsync(sluice, [$"set ssl cert {file} <<\n{pem}", $"commit ssl cert {file}"], enough));
        Assert.SkipUnless(await IsLockedAsync(sluice), "this HAProxy does not forget to unlock its certificates");

        var certificate = TestCertificate.Ecdsa("tls.test");
        await sluice.ApplyAsync(files => files.Write("tls.yaml", Secret("tls", certificate), Ingress("tls", [Rule("tls.test", Prefix("/", "one"))], tls: [("tls", ["tls.test"])])));

        Assert.True((await TlsClient.HandshakeAsync(sluice.HttpsPort, "tls.test")).Served(certificate));
        Assert.Contains("by a RELOAD, because it does not answer 'show ssl cert", sluice.LogText, StringComparison.Ordinal);
    }

    // Whoever finds them locked again and again ends it for both.
    private static async Task UntilLockedAsync(RunningSluice sluice, string[] commands, CancellationTokenSource enough)
    {
        var refusals = 0;
        while (!enough.IsCancellationRequested)
        {
            var replies = await sluice.TamperAsync(commands);
            refusals = replies[0].Contains("currently locked", StringComparison.Ordinal) ? refusals + 1 : 0;
            if (refusals == Often)
            {
                await enough.CancelAsync();
            }
        }
    }

    private static async Task<bool> IsLockedAsync(RunningSluice sluice)
    {
        for (var attempt = 0; attempt < Often; attempt++)
        {
            if (!(await sluice.TamperAsync("show ssl cert"))[0].Contains("currently locked", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
