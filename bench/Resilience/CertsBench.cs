using System.Diagnostics;
using Sluice.Bench.ClusterRead;
using Sluice.Bench.Propagation;

namespace Sluice.Bench.Resilience;

/// <summary>Certificates of many hosts are made, rotated and deleted, again and again: whether each host shows its own, and whether HAProxy grows.</summary>
internal static class CertsBench
{
    private const double GrowthLimit = 5;
    private const int Sigquit = 3;
    private static readonly TimeSpan GiveUp = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public static async Task<Report> RunAsync(BenchSettings settings, CancellationToken stop)
    {
        var hosts = settings.Quick ? 50 : 1_000;
        var rounds = settings.Rounds ?? (settings.Quick ? 2 : 5);
        await using var place = new Place(settings);
        using var applications = new Applications(place.Manifests, 1, 0);
        var sluice = await place.StartAsync(stop);
        var run = new Run(place, applications, hosts);
        var table = new TextTable("round", "made, s", "rotated, s", "deleted, s", "handshakes", "wrong", "HAProxy with all, MB", "without, MB");
        var memory = new List<(double With, double Without)>();
        for (var round = 1; round <= rounds; round++)
        {
            var made = await run.RenewAsync(stop);
            var rotated = await run.RenewAsync(stop);
            var with = await MemoryAsync();
            var deleted = await run.DeleteAsync(stop);
            memory.Add((with, await MemoryAsync()));
            table.Add(
                $"{round}", $"{made.TotalSeconds:0.0}", $"{rotated.TotalSeconds:0.0}", $"{deleted.TotalSeconds:0.0}", $"{run.Handshakes:N0}", $"{run.Wrong}",
                $"{with:0.0}", $"{memory[^1].Without:0.0}");
        }

        return new Report(
            "Certificates of many hosts",
            Notes(hosts),
            table,
            [
                new Gate("wrong certificates", run.Wrong, 0),
                new Gate("reloads", await sluice.ReloadsAsync(stop), 0),
                new Gate("changes that never came", run.Lost, 0),
                new Gate("growth of HAProxy without certificates", Growth(memory[0].Without, memory[^1].Without), GrowthLimit, " %"),
                new Gate("growth of HAProxy with all", Growth(memory[0].With, memory[^1].With), GrowthLimit, " %"),
            ]);

        // To this signal HAProxy gives back to the system what it keeps and does not use.
        async Task<double> MemoryAsync()
        {
            var worker = await place.WorkerPidAsync(stop) ?? throw new BenchException("HAProxy has no worker");
            Child.Signal(worker, Sigquit);
            await Task.Delay(Rest, stop);
            return ProcessMemory.Resident($"{worker}");
        }
    }

    private static IReadOnlyList<string> Notes(int hosts) =>
    [
        $"`sluice run` on a folder, and its HAProxy; in each round {hosts:N0} Ingresses with a Secret each are made, all Secrets are replaced by new ones, and all is deleted",
        "made, rotated, deleted: from before the first file until each host shows its certificate and all that HAProxy holds, read back, is as it should be; to make the keys and files is not counted",
        "while a change is under way hosts taken at random are asked, and after it each host once, by a full handshake; wrong: neither the former nor the new certificate, or afterwards not the new one (of a host without one: the default certificate); both columns count from the first round on",
        $"memory: what HAProxy's worker has resident after a round, and before all is deleted, {Rest.TotalSeconds:0} s after SIGQUIT, to which it gives back what it keeps and does not use",
    ];

    private static double Growth(double first, double last) => Math.Max(0, (last / first * 100) - 100);

    private sealed class Run(Place place, Applications applications, int hosts)
    {
        private readonly TlsProbe probe = new(place.HttpsPort);
        private readonly Random random = new(5);
        private readonly string[] shown = new string[hosts];
        private string standard = "";

        public int Handshakes { get; private set; }

        public int Wrong { get; private set; }

        public int Lost { get; private set; }

        /// <summary>Gives each host a new certificate, and an Ingress if it has none.</summary>
        public async Task<TimeSpan> RenewAsync(CancellationToken stop)
        {
            if (standard.Length == 0)
            {
                standard = probe.Ask("nobody.example.com");
                Array.Fill(shown, standard);
            }

            var certificates = Enumerable.Range(0, hosts).Select(index => BenchCertificate.Create(Host(index))).ToList();
            var texts = certificates.Select((certificate, index) =>
                (applications.New($"tls-{index}", Host(index)) with { IsTls = true }).Text + "---\n" + App.Secret($"tls-{index}", certificate)).ToList();
            return await ChangeAsync(
                () => texts.Select((text, index) => (text, index)).ToList().ForEach(pair => applications.Write($"tls-{pair.index}.yaml", pair.text)),
                [.. certificates.Select(certificate => certificate.SerialNumber)],
                stop);
        }

        public Task<TimeSpan> DeleteAsync(CancellationToken stop) => ChangeAsync(
            () => Enumerable.Range(0, hosts).ToList().ForEach(index => File.Delete(Path.Combine(place.Manifests, $"tls-{index}.yaml"))),
            [.. Enumerable.Repeat(standard, hosts)],
            stop);

        private static string Host(int index) => $"tls-{index}.example.com";

        private async Task<TimeSpan> ChangeAsync(Action change, string[] next, CancellationToken stop)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var asking = Task.Run(() => AskAsync(next, ending.Token), CancellationToken.None);
            var started = Stopwatch.GetTimestamp();
            change();
            var time = await place.UntilEqualAsync(started, GiveUp, stop);
            Lost += time is null ? 1 : 0;
            await ending.CancelAsync();
            await asking;
            for (var index = 0; index < hosts; index++)
            {
                Check(index, next[index]);
                shown[index] = next[index];
            }

            return time ?? GiveUp;
        }

        private async Task AskAsync(string[] next, CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                var index = random.Next(hosts);
                Check(index, shown[index], next[index]);
                await Task.Delay(5, CancellationToken.None);
            }
        }

        private void Check(int index, params string[] allowed)
        {
            Handshakes++;
            if (probe.Ask(Host(index)) is var found && !allowed.Contains(found, StringComparer.Ordinal))
            {
                Wrong++;
                Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {Host(index)} showed {found}, not {string.Join(" or ", allowed)}");
            }
        }
    }
}
