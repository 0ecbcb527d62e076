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
    private static readonly TimeSpan SecretLimit = TimeSpan.FromSeconds(2);

    private readonly ClusterState state = new();
    private readonly Channel<ClusterSnapshot> snapshots = Channel.CreateBounded<ClusterSnapshot>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });

    private ReflectorSet? kinds;
    private ReflectorSet? byNames;

    public ChannelReader<ClusterSnapshot> Snapshots => snapshots.Reader;

    private bool IsBySelector => scope.NamespaceSelector.Length > 0;

    public async Task RunAsync(CancellationToken stop)
    {
        kinds = new ReflectorSet(api, times, log, stop);
        byNames = new ReflectorSet(api, times, log, stop);
        StartCommon();
        try
        {
            await FirstSyncAsync(stop);
            snapshots.Writer.TryWrite(state.Snapshot());
            while (await state.Changes.WaitToReadAsync(stop))
            {
                await SettleAsync(stop);
                await FollowNamespacesAsync(stop);
                snapshots.Writer.TryWrite(state.Snapshot());
            }
        }
        finally
        {
            snapshots.Writer.TryComplete();
            await Task.WhenAll(kinds.Ended, byNames.Ended);
        }
    }

    // Secrets of type kubernetes.io/tls are all known. One that is asked for and is not among them is missing, or of
    // another type: it is watched by its name.
    public async ValueTask<ClusterSnapshot?> FollowAsync(EquatableArray<NamespacedName> secrets, CancellationToken stop)
    {
        var byName = secrets.Where(name => !IsAmongTls(name) && IsInScope(name.Namespace)).ToDictionary(name => name.ToString(), StringComparer.Ordinal);
        foreach (var gone in byNames!.Keys.Where(key => !byName.ContainsKey(key)).ToList())
        {
            await byNames.EndAsync(gone);
        }

        var added = byName.Where(entry => byNames![entry.Key] is null).ToList();
        foreach (var (key, name) in added)
        {
            byNames!.Start(key, Selection.One(ApiKind.Secret, name.Namespace, name.Name), Store(ApiKind.Secret));
        }

        if (added.Count == 0)
        {
            return null;
        }

        await Task.WhenAny(byNames!.Synced, Task.Delay(SecretLimit, stop));
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

    private void StartNamespace(string name)
    {
        var space = name.Length == 0 ? null : name;
        Start(new Selection(ApiKind.Ingress, space));
        Start(new Selection(ApiKind.Service, space));
        Start(new Selection(ApiKind.EndpointSlice, space));
        Start(TlsSecrets(space));
        Start(new Selection(ApiKind.ReferenceGrant, space) { IsOptional = true });
    }

    private async Task FirstSyncAsync(CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        await kinds!.Synced.WaitAsync(stop);
        await FollowNamespacesAsync(stop);
        await kinds.Synced.WaitAsync(stop);
        state.Changes.TryRead(out _);
        log.ClusterRead(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task SettleAsync(CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (state.Changes.TryRead(out _) && TimeProvider.System.GetElapsedTime(started) < Ceiling)
        {
            await Task.Delay(Quiet, stop);
        }
    }

    // A namespace that gets the labels is read from then on; one that loses them is as if it were not there.
    private async Task FollowNamespacesAsync(CancellationToken stop)
    {
        if (!IsBySelector)
        {
            return;
        }

        var wanted = state.Snapshot().Namespaces.Keys.ToHashSet(StringComparer.Ordinal);
        var present = kinds!.Keys.Select(key => kinds[key]!.Selection.Namespace).OfType<string>()
            .Where(name => kinds[Key(new Selection(ApiKind.Ingress, name))] is not null).ToHashSet(StringComparer.Ordinal);
        foreach (var name in present.Except(wanted, StringComparer.Ordinal))
        {
            foreach (var key in kinds.Keys.Where(key => kinds[key]!.Selection.Namespace == name && kinds[key]!.Selection.Kind != ApiKind.ConfigMap).ToList())
            {
                await kinds.EndAsync(key);
            }
        }

        foreach (var name in wanted.Except(present, StringComparer.Ordinal).ToList())
        {
            StartNamespace(name);
        }

        await Task.WhenAny(kinds.Synced, Task.Delay(SecretLimit, stop));
    }

    private bool IsAmongTls(NamespacedName name) =>
        (kinds![Key(TlsSecrets(null))] ?? kinds[Key(TlsSecrets(name.Namespace))])?.Store.Contains(name) == true;

    private bool IsInScope(string name) =>
        kinds![Key(new Selection(ApiKind.Ingress))] is not null || kinds[Key(new Selection(ApiKind.Ingress, name))] is not null || name == scope.Config?.Namespace;

    private static Selection TlsSecrets(string? name) => new(ApiKind.Secret, name) { FieldSelector = "type=kubernetes.io/tls" };

    private void Start(Selection selection) => kinds!.Start(Key(selection), selection, Store(selection.Kind));

    private StateStore Store(ApiKind kind) => new(kind, state);

    private static string Key(Selection selection) => selection.ToString();
}
