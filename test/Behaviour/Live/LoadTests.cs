using System.Collections.Concurrent;
using System.Net.Sockets;
using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>Clients that never stop asking, while two hundred changes go by.</summary>
public sealed class LoadTests(LoadTests.Given given) : IClassFixture<LoadTests.Given>
{
    private const int Rounds = 25;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public sealed class Given() : Scenario("one", "two", "three")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(Pods.All));
            WriteLoaded(files, "/other", Pods["one"]);
            WriteCertificate(files);
        });

        internal static void WriteLoaded(ManifestDir files, string path, params IReadOnlyList<EchoPod> pods) => files.Write(
            "loaded.yaml",
            Ingress(
                "loaded",
                [Rule("loaded.test", Prefix("/", "loaded"), Prefix(path, "two"))],
                annotations: [("sluice.dev/ssl-redirect", "false")],
                tls: [("loaded", ["loaded.test"])]),
            ServiceOf("loaded", pods));

        internal static void WriteCertificate(ManifestDir files) =>
            files.Write("secret.yaml", Secret("loaded", TestCertificate.Ecdsa("loaded.test")));
    }

    [Fact]
    public async Task No_request_fails_through_two_hundred_changes()
    {
        var atRunTime = await RuntimeChanges.OfAsync(given.Sluice);
        using var stop = new CancellationTokenSource();
        var (failures, answers) = (new ConcurrentQueue<string>(), new Tally());
        Task[] clients =
        [
            LoadAsync(() => given.Sluice.GetAsync("loaded.test", "/"), failures, answers, stop.Token),
            LoadAsync(() => given.Sluice.SendAsync(Over.Http1, "GET", "loaded.test", "/x"), failures, answers, stop.Token),
            LoadAsync(() => given.Sluice.Http2.GetAsync("loaded.test", "/"), failures, answers, stop.Token),
            LoadAsync(() => given.Sluice.GetTlsAsync("loaded.test", "/"), failures, answers, stop.Token),
        ];

        var changes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var edit in Edits(round))
            {
                await atRunTime.AssertAsync(await given.Sluice.ApplyAsync(edit));
                changes++;
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
        TestContext.Current.TestOutputHelper?.WriteLine($"{changes} changes, {answers.Count} answers, {failures.Count} failures");
        Assert.Empty(failures);
        Assert.Equal(8 * Rounds, changes);
        Assert.True(answers.Count > 300, $"Only {answers.Count} requests were answered.");
    }

    private IEnumerable<Action<ManifestDir>> Edits(int round)
    {
        var (one, two, three) = (given.Pods["one"], given.Pods["two"], given.Pods["three"]);
        yield return files => files.Write("beside.yaml", Site("beside", $"beside-{round}.test", "two"));
        yield return files => Given.WriteLoaded(files, $"/a-{round}", one);
        yield return files => Given.WriteLoaded(files, $"/a-{round}", one, two);
        yield return files => Given.WriteLoaded(files, $"/a-{round}", two, three);
        yield return files => Given.WriteLoaded(files, $"/a-{round}", three);
        yield return files => Given.WriteLoaded(files, $"/a-{round}", one);
        yield return Given.WriteCertificate;
        var more = Ingress($"more-{round}", [Rule("loaded.test", Prefix($"/more-{round}", "three"))]);
        yield return files => files.Write("more.yaml", more);
    }

    private static async Task LoadAsync(Func<Task<Response>> ask, ConcurrentQueue<string> failures, Tally answers, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var response = await ask();
                if (response.Status == 200)
                {
                    answers.Add();
                }
                else
                {
                    failures.Enqueue(response.ToString());
                }
            }
            catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException or SocketException)
            {
                failures.Enqueue(error.ToString());
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>A count that several clients add to.</summary>
    private sealed class Tally
    {
        private int count;

        public int Count => count;

        public void Add() => Interlocked.Increment(ref count);
    }
}
