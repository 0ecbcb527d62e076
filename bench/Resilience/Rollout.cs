using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Sluice.Bench.Propagation;

namespace Sluice.Bench.Resilience;

/// <summary>
/// Services whose endpoints go round a ring of pods, two at a time: each step takes the first out of each Service and adds
/// one. It knows since when a pod is out of a Service, and so how long after that it still answers for it.
/// </summary>
internal sealed class Rollout : IDisposable
{
    private const int Ring = 8;

    private readonly string folder;
    private readonly int port = FreePorts.Take(1)[0];
    private readonly EchoPod[] pods;
    private readonly int services;
    private readonly int probed;
    private readonly long[] removed;
    private readonly long[] lastAnswer;
    private readonly ConcurrentDictionary<string, int> numbers = new(StringComparer.Ordinal);
    private int step;

    /// <param name="folder">Where the manifests go.</param>
    /// <param name="services">How many Services, each with an Ingress and a host.</param>
    /// <param name="probed">How many of them are asked often enough to tell when a pod gets nothing any more.</param>
    public Rollout(string folder, int services, int probed)
    {
        (this.folder, this.services, this.probed) = (folder, services, probed);
        pods = [.. Enumerable.Range(0, Ring).Select(index => EchoPod.Start($"{index}", $"127.0.1.{index + 1}", port))];
        (removed, lastAnswer) = (new long[services * Ring], new long[services * Ring]);
        for (var service = 0; service < services; service++)
        {
            numbers[RouteSet.Host(service)] = service;
            var app = new App($"app-{service}", RouteSet.Host(service), "", 0);
            Write(app.File, app.Routing);
            Write(SliceFile(service), Slice(service));
        }
    }

    /// <summary>Milliseconds after a pod was taken out of a Service in which it still answered for it; only of those that are probed.</summary>
    public Samples Stale { get; } = new();

    /// <summary>The longest of all Services, also of those that are asked seldom.</summary>
    public double LongestStale { get; private set; }

    public IReadOnlyList<string> Hosts => [.. Enumerable.Range(0, services).Select(RouteSet.Host)];

    public IReadOnlyList<string> Probed => [.. Hosts.Take(probed)];

    /// <summary>Rewrites the endpoints of every Service.</summary>
    public void Step()
    {
        step++;
        for (var service = 0; service < services; service++)
        {
            var (gone, added) = (At(service, step - 1), At(service, step + 1));
            Settle(service, added);
            var text = Slice(service);
            var temporary = Path.Combine(folder, $".{SliceFile(service)}");
            File.WriteAllText(temporary, text);
            Volatile.Write(ref removed[gone], Stopwatch.GetTimestamp());
            File.Move(temporary, Path.Combine(folder, SliceFile(service)), overwrite: true);
        }
    }

    /// <summary>Notes who answered, and when the answer was there.</summary>
    public void Note(string host, long time, string answer)
    {
        if (answer.Split(' ') is ["200", var name] && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pod))
        {
            var index = (numbers[host] * Ring) + pod;
            if (Volatile.Read(ref removed[index]) is > 0 and var since && time > since)
            {
                Volatile.Write(ref lastAnswer[index], time);
            }
        }
    }

    public void Dispose() => Array.ForEach(pods, pod => pod.Dispose());

    private static string SliceFile(int service) => $"slice-{service}.yaml";

    private static int At(int service, int position) => (service * Ring) + ((service + position) % Ring);

    // A pod comes back into a Service: what it answered since it was taken out is known.
    private void Settle(int service, int index)
    {
        var (since, last) = (removed[index], lastAnswer[index]);
        removed[index] = lastAnswer[index] = 0;
        if (since == 0)
        {
            return;
        }

        var stale = last > since ? Stopwatch.GetElapsedTime(since, last).TotalMilliseconds : 0;
        LongestStale = Math.Max(LongestStale, stale);
        if (service < probed)
        {
            Stale.Add(stale);
        }
    }

    private string Slice(int service) =>
        App.Slice($"app-{service}", port, pods[At(service, step) % Ring].Address, pods[At(service, step + 1) % Ring].Address);

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);
}
