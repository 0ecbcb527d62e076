using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>
/// Reads a cluster. One reflector for each kind and scope folds what it sees into the state; a snapshot is made when
/// something has changed and then nothing more for a moment, or when that has gone on for long enough.
/// </summary>
public sealed class ClusterSource(ApiClient api, ClusterScope scope, ReflectorTimes times, ILogger log) : ISnapshotSource
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Ceiling = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(2);

    private readonly ClusterState state = new();
    private readonly Channel<ClusterSnapshot> snapshots = Channel.CreateBounded<ClusterSnapshot>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });

    private readonly Channel<bool> steps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock gate = new();
    private ReflectorSet? kinds;
    private ReflectorSet? byNames;
    private Table<string, NamespaceResource> namespaces = Table.Empty<string, NamespaceResource>();

    public ChannelReader<ClusterSnapshot> Snapshots => snapshots.Reader;

    private bool IsBySelector => scope.NamespaceSelector.Length > 0;

    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        kinds = new ReflectorSet(api, times, log, ending, Step);
        byNames = new ReflectorSet(api, times, log, ending, () => { });
        StartCommon();
        try
        {
            await FirstSyncAsync(ending.Token);
            snapshots.Writer.TryWrite(state.Snapshot());
            while (await state.Changes.WaitToReadAsync(ending.Token))
            {
                await SettleAsync(ending.Token);
                await FollowNamespacesAsync(ending.Token);
                snapshots.Writer.TryWrite(state.Snapshot());
            }
        }
        finally
        {
            snapshots.Writer.TryComplete();
            await ending.CancelAsync();
            await Task.WhenAll(kinds.Ended, byNames.Ended);
        }
    }

    // Secrets of type kubernetes.io/tls are all known. One that is asked for and is not among them is missing, or of
    // another type: it is watched by its name. So is each ConfigMap but the controller's own.
    public async ValueTask<ClusterSnapshot?> FollowAsync(AskedObjects asked, CancellationToken stop)
    {
        var byName = asked.Secrets.Where(name => !IsAmongTls(name)).Select(name => Selection.One(ApiKind.Secret, name.Namespace, name.Name))
            .Concat(asked.ConfigMaps.Where(name => name != scope.Config).Select(name => Selection.One(ApiKind.ConfigMap, name.Namespace, name.Name)))
            .Where(selection => IsInScope(selection.Namespace!)).ToDictionary(Key, StringComparer.Ordinal);
        foreach (var gone in byNames!.Keys.Where(key => !byName.ContainsKey(key)).ToList())
        {
            await byNames.EndAsync(gone);
        }

        var added = byName.Where(entry => byNames![entry.Key] is null)
            .Select(entry => byNames!.Start(entry.Key, entry.Value, Store(entry.Value.Kind)))
            .ToList();
        if (added.Count == 0)
        {
            return null;
        }

        await AwaitAsync(added, stop);
        return state.Snapshot();
    }

    private void StartCommon()
    {
        Start(new Selection(ApiKind.IngressClass));
        if (scope.Config is { } config)
        {
            Start(Selection.One(ApiKind.ConfigMap, config.Namespace, config.Name));
        }

        if (IsBySelector)
        {
            Start(new Selection(ApiKind.Namespace) { LabelSelector = scope.NamespaceSelector });
        }

        foreach (var name in IsBySelector ? [] : scope.Namespaces.Count > 0 ? scope.Namespaces : [""])
        {
            StartNamespace(name);
        }
    }

    private Reflector[] StartNamespace(string name) => [.. OfNamespace(name.Length == 0 ? null : name).Select(Start)];

    private static Selection[] OfNamespace(string? name) =>
    [
        new(ApiKind.Ingress, name), new(ApiKind.Service, name), new(ApiKind.EndpointSlice, name), TlsSecrets(name),
        new(ApiKind.ReferenceGrant, name) { IsOptional = true },
    ];

    // Until all is read that can be: a namespace that we have no right to read is left for later.
    private async Task FirstSyncAsync(CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (SelectedNamespaces.IsCommonRead(kinds!.All))
            {
                await StartNamespacesAsync();
                if (SelectedNamespaces.AreRead(kinds.All))
                {
                    break;
                }
            }

            await StepAsync(stop);
        }

        state.Changes.TryRead(out _);
        log.ClusterRead(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task StepAsync(CancellationToken stop)
    {
        Task<bool>[] waits = [steps.Reader.WaitToReadAsync(stop).AsTask(), .. IsBySelector ? [state.Changes.WaitToReadAsync(stop).AsTask()] : Array.Empty<Task<bool>>()];
        await Task.WhenAny(waits);
        stop.ThrowIfCancellationRequested();
        steps.Reader.TryRead(out _);
        await SettleAsync(stop);
    }

    private void Step()
    {
        // Of two that come at a time, the later one to tell must not have looked earlier.
        lock (gate)
        {
            state.Deny(SelectedNamespaces.Denied(kinds!.All, times.LastRetry));
        }

        // A RoleBinding gives all rights at once: what was denied is asked for again when the first of them is there.
        foreach (var reflector in SelectedNamespaces.PartlyDenied(kinds.All))
        {
            reflector.Nudge();
        }

        steps.Writer.TryWrite(true);
    }

    private async Task SettleAsync(CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (state.Changes.TryRead(out _) && TimeProvider.System.GetElapsedTime(started) < Ceiling)
        {
            await Task.Delay(Quiet, stop);
        }
    }

    private async Task FollowNamespacesAsync(CancellationToken stop) => await AwaitAsync(await StartNamespacesAsync(), stop);

    // A namespace that gets the labels is read from then on; one that loses them is as if it were not there.
    private async Task<IReadOnlyList<Reflector>> StartNamespacesAsync()
    {
        var (former, wanted) = (namespaces, state.Snapshot().Namespaces);
        if (!IsBySelector || ReferenceEquals(former, wanted))
        {
            return [];
        }

        namespaces = wanted;
        foreach (var selection in former.Keys.Where(name => !wanted.ContainsKey(name)).SelectMany(OfNamespace))
        {
            await kinds!.EndAsync(Key(selection));
        }

        Step();
        return [.. wanted.Keys.Where(name => !former.ContainsKey(name)).SelectMany(StartNamespace)];
    }

    // For a short time only: one that cannot be read must not hold up what can.
    private static Task AwaitAsync(IReadOnlyList<Reflector> started, CancellationToken stop) =>
        Task.WhenAny(Task.WhenAll(started.Select(reflector => reflector.Synced)), Task.Delay(StartLimit, stop));

    private bool IsAmongTls(NamespacedName name) =>
        (kinds![Key(TlsSecrets(null))] ?? kinds[Key(TlsSecrets(name.Namespace))])?.Store.Contains(name) == true;

    private bool IsInScope(string name) =>
        kinds![Key(new Selection(ApiKind.Ingress))] is not null || kinds[Key(new Selection(ApiKind.Ingress, name))] is not null || name == scope.Config?.Namespace;

    private static Selection TlsSecrets(string? name) => new(ApiKind.Secret, name) { FieldSelector = "type=kubernetes.io/tls" };

    private Reflector Start(Selection selection) => kinds!.Start(Key(selection), selection, Store(selection.Kind));

    private StateStore Store(ApiKind kind) => new(kind, state);

    private static string Key(Selection selection) => selection.ToString();
}
