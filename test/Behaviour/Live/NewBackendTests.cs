using System.Net.Sockets;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>A HAProxy that cannot add backends at run time: a new one is a reload, and nothing else is.</summary>
public sealed class NewBackendTests
{
    [Fact]
    public async Task New_Services_take_one_reload_and_then_come_and_go_at_run_time_and_no_request_fails()
    {
        SkipWhereBackendsCanBeAdded();
        await using var pods = await EchoPods.StartAsync("app", "first", "second");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write("app.yaml", Site("app", "app.test", "app"), ServiceOf("app", pods["app"])));
        Assert.Contains("takes new backends by a reload only", sluice.LogText, StringComparison.Ordinal);
        var worker = await sluice.Master.WorkerPidAsync();
        using var stop = new CancellationTokenSource();
        Task<(int Answers, string Failures)>[] clients =
        [
            AskAsync(() => sluice.SendAsync(Over.Http1, "GET", "app.test", "/?ms=5"), stop.Token),
            AskAsync(() => sluice.SendAsync(Over.Http2, "GET", "app.test", "/"), stop.Token),
            AskAsync(() => sluice.GetTlsAsync("app.test", "/"), stop.Token),
        ];

        string[] both = ["first", "second"];
        var came = await sluice.ApplyAsync(files => WriteSites(files, both, pods));
        Assert.Equal(ChangeKind.Reload, came.Kind);
        Assert.Equal(both.Select(ReasonFor).Order(StringComparer.Ordinal), came.Reasons.Order(StringComparer.Ordinal));
        await AnswersAsync(sluice, ("first", "first"), ("second", "second"), ("app", "app"));
        var next = await sluice.Master.WorkerPidAsync();
        Assert.NotEqual(worker, next);

        await AtRunTimeAsync(files => files.Write("first.yaml", Site("first", "first.test", "first"), ServiceOf("first", pods["second"])));
        await AnswersAsync(sluice, ("first", "second"));
        await AtRunTimeAsync(files => files.Write("first.yaml", Site("first", "first.test", "first"), ServiceOf("first")));
        await AnswersAsync(sluice, ("first", "503"));

        await AtRunTimeAsync(files => files.Delete("second.yaml"));
        await AnswersAsync(sluice, ("second", "404"));
        await AtRunTimeAsync(files => WriteSites(files, both, pods));
        await AnswersAsync(sluice, ("first", "first"), ("second", "second"), ("app", "app"));

        await stop.CancelAsync();
        foreach (var (answers, failures) in await Task.WhenAll(clients))
        {
            Assert.Equal("", failures);
            Assert.True(answers > 10, $"Only {answers} requests were answered.");
        }

        async Task AtRunTimeAsync(Action<ManifestDir> edit)
        {
            var change = await sluice.ApplyAsync(edit);
            Assert.True(change.Kind == ChangeKind.Runtime, $"{change.Kind}: {string.Join("; ", change.Reasons)}");
            Assert.Equal(next, await sluice.Master.WorkerPidAsync());
        }
    }

    [Fact]
    public async Task A_new_backend_soon_after_another_waits_for_its_reload_and_holds_up_nothing_else()
    {
        SkipWhereBackendsCanBeAdded();
        await using var pods = await EchoPods.StartAsync("app", "first", "second");
        await using var sluice = await RunningSluice.StartAsync(
            files => files.Write("app.yaml", Site("app", "app.test", "app"), ServiceOf("app", pods["app"])),
            settings => settings with { ReloadInterval = TimeSpan.FromSeconds(3) });
        Assert.Equal(ChangeKind.Reload, (await sluice.ApplyAsync(files => WriteSites(files, ["first"], pods))).Kind);

        // The host app.test gets a path to the new backend, and keeps its routes until that is there; its endpoints change at once.
        var reload = sluice.AfterAsync(() => Task.CompletedTask, ChangeKind.Reload);
        var change = await sluice.ApplyAsync(files =>
        {
            WriteSites(files, ["second"], pods);
            files.Write("app.yaml", Ingress("app", [Rule("app.test", Prefix("/", "app"), Prefix("/second", "second"))]), ServiceOf("app", pods["first"]));
        });

        Assert.Equal(ChangeKind.Runtime, change.Kind);
        await AnswersAsync(sluice, ("app", "first"), ("first", "first"), ("second", "404"));
        Assert.Equal("first", (await sluice.SendAsync(Over.Http1, "GET", "app.test", "/second")).Outcome);

        Assert.Equal([ReasonFor("second")], (await reload).Reasons);
        await AnswersAsync(sluice, ("app", "first"), ("first", "first"), ("second", "second"));
        Assert.Equal("second", (await sluice.SendAsync(Over.Http1, "GET", "app.test", "/second")).Outcome);
    }

    private static void SkipWhereBackendsCanBeAdded() =>
        Assert.SkipWhen(HaproxyBinary.CanAddBackends, "This HAProxy adds backends at run time, so that none takes a reload.");

    private static string ReasonFor(string service) => $"this HAProxy takes the new backend default_{service}_80 by a reload only";

    // A file for each, so that one of them can go.
    private static void WriteSites(ManifestDir files, IEnumerable<string> names, EchoPods pods)
    {
        foreach (var name in names)
        {
            files.Write($"{name}.yaml", Site(name, $"{name}.test", name), ServiceOf(name, pods[name]));
        }
    }

    private static async Task AnswersAsync(RunningSluice sluice, params IEnumerable<(string Site, string Expected)> sites)
    {
        foreach (var (site, expected) in sites)
        {
            Assert.Equal((site, expected), (site, (await sluice.SendAsync(Over.Http1, "GET", $"{site}.test", "/")).Outcome));
        }
    }

    // Each request goes out on a connection of its own: one that is idle at a reload is closed by it.
    private static async Task<(int Answers, string Failures)> AskAsync(Func<Task<Response>> ask, CancellationToken stop)
    {
        var (answers, failures) = (0, "");
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var response = await ask();
                (answers, failures) = response.Status == 200 ? (answers + 1, failures) : (answers, $"{failures}{response}\n");
            }
            catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException or SocketException)
            {
                failures += $"{error}\n";
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), CancellationToken.None);
        }

        return (answers, failures);
    }
}
