using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller;

/// <summary>
/// Keeps the addresses of the DNS names of ExternalName Services up to date, as the system resolves them (hosts file,
/// search domains, resolv.conf). When a name cannot be resolved, its last addresses stay.
/// </summary>
/// <param name="resolve">Asks for the addresses of a name.</param>
/// <param name="interval">How often.</param>
/// <param name="mayBeItself">Whether a name may lead to our own machine: where whoever writes Services is not the one who runs us, it may not.</param>
/// <param name="log">Where it is told what cannot be resolved.</param>
public sealed class ExternalNames(
    Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeSpan interval, bool mayBeItself, ILogger<ExternalNames> log) : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim one = new(1);
    private readonly HashSet<string> unresolved = new(StringComparer.Ordinal);
    private volatile string[] names = [];
    private volatile Table<string, ResolvedAddresses> addresses = Table.Empty<string, ResolvedAddresses>();

    /// <summary>What is known now.</summary>
    public Table<string, ResolvedAddresses> Addresses => addresses;

    /// <summary>Sets the names to follow. Returns true if some of them were never asked for before.</summary>
    public bool Follow(EquatableArray<string> wanted)
    {
        names = [.. wanted];
        lock (unresolved)
        {
            return wanted.Any(name => !addresses.ContainsKey(name) && !unresolved.Contains(name));
        }
    }

    /// <summary>Asks for all names, again and again, and calls <paramref name="changed"/> when an answer differs from the last.</summary>
    public async Task RunAsync(Action changed, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval);
        while (await timer.WaitForNextTickAsync(stop))
        {
            if (names.Length > 0 && await ResolveAsync(stop))
            {
                changed();
            }
        }
    }

    /// <summary>Asks for all names once. Returns true if an answer differs from the last.</summary>
    public async Task<bool> ResolveAsync(CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            return await ResolveAllAsync(stop);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<bool> ResolveAllAsync(CancellationToken stop)
    {
        var wanted = names;
        var answers = await Task.WhenAll(wanted.Select(name => ResolveAsync(name, stop)));
        var next = addresses.Keys.Except(wanted, StringComparer.Ordinal).Aggregate(addresses, (table, name) => table.Remove(name));
        foreach (var (name, answer) in wanted.Zip(answers))
        {
            if (answer.Count > 0 && next.GetValueOrDefault(name)?.Addresses != answer)
            {
                next = next.SetItem(name, new ResolvedAddresses(answer));
            }
        }

        var same = ReferenceEquals(next, addresses);
        addresses = next;
        return !same;
    }

    private async Task<EquatableArray<IPAddress>> ResolveAsync(string name, CancellationToken stop)
    {
        try
        {
            var answer = await resolve(name, stop).WaitAsync(AnswerLimit, stop);
            if (!answer.Any(IsUsable))
            {
                Tell(name, "none of its addresses may be reached: they are of the controller's own pod, or of the node's link");
                return [];
            }

            lock (unresolved)
            {
                unresolved.Remove(name);
            }

            return answer.Where(IsUsable).Distinct().OrderBy(address => address.ToString(), StringComparer.Ordinal).ToEquatableArray();
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            Tell(name, e.Message);
            return [];
        }
    }

    private void Tell(string name, string reason)
    {
        lock (unresolved)
        {
            if (unresolved.Add(name))
            {
                log.Unresolved(name, reason);
            }
        }
    }

    private bool IsUsable(IPAddress address) => AddressReach.Includes(address, mayBeItself)
        && (address.AddressFamily is AddressFamily.InterNetwork || (address.AddressFamily is AddressFamily.InterNetworkV6 && address.ScopeId == 0));
}
