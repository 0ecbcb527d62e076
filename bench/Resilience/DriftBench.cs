using System.Diagnostics;
using System.Threading.Channels;
using Sluice.Behaviour.Live;
using Sluice.Bench.Propagation;

namespace Sluice.Bench.Resilience;

/// <summary>Every alteration that HAProxy's socket offers, made by hand: how soon it is put right, at the controller's own interval.</summary>
internal static class DriftBench
{
    private const double LimitSeconds = 10;
    private const int IntervalMilliseconds = 5000;
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(90);

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var (size, tls) = settings.Quick ? (50, 10) : (500, 100);
        var rounds = settings.Rounds ?? (settings.Quick ? 1 : 2);
        await using var place = new Place(settings);
        using var applications = new Applications(place.Manifests, size, tls);
        applications.Write("expression.yaml", Expression);
        var sluice = await place.StartAsync(stop);
        var run = new Run(place, [.. applications.All.Take(tls)]);
        sluice.Logged += run.Note;
        var table = new TextTable("alteration", "times", "repaired, most s", "put right by");
        var (all, useless, unplanned) = (new Samples(), 0, 0);
        foreach (var (commands, _) in Tampering.OfRoutes.Concat(Tampering.OfCertificates).Append(OfListeners))
        {
            var seconds = new Samples();
            var before = await sluice.ReloadsAsync(stop);
            for (var round = 0; round < rounds; round++)
            {
                var time = await run.AlterAsync(commands, stop);
                useless += time is null ? 1 : 0;
                seconds.Add((time ?? TimeSpan.Zero).TotalSeconds);
            }

            var reloads = await sluice.ReloadsAsync(stop) - before;
            unplanned += commands == OfListeners.Commands ? 0 : reloads;
            seconds.Values.ToList().ForEach(all.Add);
            table.Add($"`{Shown(commands)}`", $"{rounds}", $"{seconds.Most:0.0}", reloads == 0 ? "commands" : "a reload");
        }

        return new Report(
            "What somebody alters in HAProxy",
            Notes(size, tls),
            table,
            [
                new Gate("repaired, median", all.Median, LimitSeconds, " s"),
                new Gate("repaired, most", all.Most, LimitSeconds, " s"),
                new Gate("alterations without effect", useless, 0),
                new Gate("reloads other than for a frontend that was shut down", unplanned, 0),
            ]);
    }

    // Of what only a reload mends, that which is seen in what HAProxy holds.
    private static (string Commands, string Saying) OfListeners => Tampering.OfProgram[0];

    private static IReadOnlyList<string> Notes(int size, int tls) =>
    [
        $"`sluice run` on a folder of {size} applications, {tls} of them with a certificate, one with a regular expression, and its HAProxy; the read-back interval is the default",
        "each alteration by HAProxy's socket, of an application taken at random, at a random moment between two read-backs",
        "repaired: from just before the alteration until the controller said of a repair after which all that HAProxy holds is as it should be, read back without the controller",
        "SERVICE, SERVER, HOST and CERT stand for the application's backend, server, host and certificate, DIR for the state folder",
    ];

    private static string Shown(string commands) => commands.Replace("\n", " ", StringComparison.Ordinal).Replace(";", "; ", StringComparison.Ordinal).Trim();

    private static string Expression => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: expression
          namespace: {{RouteSet.Namespace}}
          annotations: { sluice.dev/path-type: regex }
        spec:
          rules:
            - host: expression.example.com
              http:
                paths:
                  - { path: "/x[0-9]+", pathType: ImplementationSpecific, backend: { service: { name: {{App.Service}}, port: { number: 80 } } } }

        """;

    private sealed class Run(Place place, IReadOnlyList<App> applications)
    {
        // It may be put right before we have seen it.
        private const int Attempts = 3;

        private readonly Channel<long> repairs = Channel.CreateUnbounded<long>();
        private readonly Random random = new(11);
        private readonly Wanted wanted = place.Wanted();

        /// <summary>Returns the time until all is right again; null if the commands alter nothing.</summary>
        public async Task<TimeSpan?> AlterAsync(string commands, CancellationToken stop)
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                await place.UntilEqualAsync(wanted, Stopwatch.GetTimestamp(), GiveUp, stop);
                await Task.Delay(random.Next(IntervalMilliseconds), stop);
                var named = Named(commands, applications[random.Next(applications.Count)]);
                var started = Stopwatch.GetTimestamp();
                var replies = await place.TamperAsync(named.Split(';'), stop);
                if (!await place.HoldsAsync(wanted, stop))
                {
                    return await RepairedAsync(started, stop);
                }

                await Console.Error.WriteLineAsync($"no effect: {named}: {string.Join("; ", replies)}");
            }

            return null;
        }

        /// <summary>Notes that the controller says that it has put something right.</summary>
        public void Note(string line)
        {
            if (line.Contains("Repair ", StringComparison.Ordinal) || line.Contains("by a RELOAD", StringComparison.Ordinal))
            {
                repairs.Writer.TryWrite(Stopwatch.GetTimestamp());
            }
        }

        // HAProxy is asked after each repair only: who asks all the time keeps its certificates from the controller.
        private async Task<TimeSpan> RepairedAsync(long started, CancellationToken stop)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(GiveUp);
            try
            {
                while (true)
                {
                    var repaired = await repairs.Reader.ReadAsync(patience.Token);
                    if (repaired > started && await place.HoldsAsync(wanted, stop))
                    {
                        return Stopwatch.GetElapsedTime(started, repaired);
                    }
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return GiveUp;
            }
        }

        private string Named(string commands, App app)
        {
            var entry = wanted.State.Certificates.Values.First(entry => entry.Hosts.Contains(app.Host));
            return commands.Replace("DRAIN", Tampering.Drain, StringComparison.Ordinal)
                .Replace("DIR", place.Layout.StateDir, StringComparison.Ordinal)
                .Replace("SERVICE", $"{RouteSet.Namespace}_{app.Name}_80", StringComparison.Ordinal)
                .Replace("SERVER", $"{app.Address}_{app.Port}", StringComparison.Ordinal)
                .Replace("HOST", app.Host, StringComparison.Ordinal)
                .Replace("CERT", place.Layout.CertificateFile(entry.Name), StringComparison.Ordinal)
                .Replace("OTHER", BenchCertificate.Create("other.example.com").Pem.Replace("\n\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }
}
