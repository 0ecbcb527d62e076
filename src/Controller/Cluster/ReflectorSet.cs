using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.Controller.Cluster;

/// <summary>
/// The reflectors that run at the moment, by what they are for. One thread starts and ends them; others may look. If one
/// fails in a way that is our own bug, all are told to stop.
/// </summary>
internal sealed class ReflectorSet(ApiClient api, ReflectorTimes times, ILogger log, CancellationTokenSource stop, Action stepped)
{
    private readonly ConcurrentDictionary<string, Running> running = new(StringComparer.Ordinal);

    public ICollection<string> Keys => running.Keys;

    public IEnumerable<Reflector> All => running.Values.Select(item => item.Reflector);

    public Reflector? this[string key] => running.GetValueOrDefault(key)?.Reflector;

    /// <summary>Ends when all of them have ended, which is when they are told to stop, with the failure of one if there is one.</summary>
    public Task Ended => Task.WhenAll(running.Values.Select(item => item.Work));

    public Reflector Start(string key, Selection selection, ObjectStore store)
    {
        var ending = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var reflector = new Reflector(api, selection, store, times, log);
        reflector.Stepped += stepped;
        running[key] = new Running(reflector, ending, Task.Run(() => RunAsync(reflector, ending.Token), CancellationToken.None));
        return reflector;
    }

    /// <summary>Ends one, and takes out of force what it had read.</summary>
    public async Task EndAsync(string key)
    {
        running.TryRemove(key, out var item);
        await item!.Ending.CancelAsync();
        await item.Work;
        item.Ending.Dispose();
        item.Reflector.Store.Clear();
    }

    private async Task RunAsync(Reflector reflector, CancellationToken ending)
    {
        try
        {
            await reflector.RunAsync(ending);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private sealed record Running(Reflector Reflector, CancellationTokenSource Ending, Task Work);
}
