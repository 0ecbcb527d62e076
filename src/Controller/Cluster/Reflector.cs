using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Manifests;

namespace Sluice.Controller.Cluster;

/// <summary>
/// Keeps a store equal to what the API server has: lists, then watches from there on, again and again. One that was cut
/// off goes on at the last version it saw; when the server no longer has that (410), it lists anew.
/// </summary>
internal sealed class Reflector(ApiClient api, Selection selection, ObjectStore store, ReflectorTimes times, ILogger log)
{
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? version;
    private bool canStream = true;
    private int pageSize = times.PageSize;
    private int failures;

    /// <summary>Completes when the first list is whole.</summary>
    public Task Synced => synced.Task;

    public Selection Selection => selection;

    public ObjectStore Store => store;

    /// <summary>Runs until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var started = TimeProvider.System.GetTimestamp();
            var before = version;
            try
            {
                await FollowAsync(stop);
                var isShort = TimeProvider.System.GetElapsedTime(started) < times.ShortestWatch && version == before;
                await RestAsync(isShort ? "the watch ended at once" : null, null, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (ApiException e)
            {
                await RefusedAsync(e, stop);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                await RestAsync(e.Message, null, stop);
            }
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        if (version is null && !canStream)
        {
            await ListAsync(stop);
        }

        await WatchAsync(stop);
    }

    private async Task RefusedAsync(ApiException e, CancellationToken stop)
    {
        if (e.IsGone)
        {
            // Once, list at once. If that is gone, too, the pages expire faster than they are read: take all in one.
            log.Relisting(selection.ToString());
            pageSize = version is null && !canStream ? 0 : pageSize;
            var again = version is not null && failures == 0;
            version = null;
            await RestAsync(again ? null : e.Message, e.RetryAfter, stop);
        }
        else if (version is null && canStream && e.Code is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
        {
            // A server that cannot begin a watch with a list (Kubernetes before 1.32) says that the parameter is invalid.
            canStream = false;
        }
        else if (selection.IsOptional && e.Code == HttpStatusCode.NotFound)
        {
            store.Clear();
            synced.TrySetResult();
            await Task.Delay(times.LastRetry, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        else
        {
            await RestAsync(e.Message, e.RetryAfter, stop);
        }
    }

    private async Task ListAsync(CancellationToken stop)
    {
        var token = "";
        store.BeginSync();
        do
        {
            var page = await api.GetAsync(selection.List(pageSize, token), stop);
            var (next, listed) = ReadPage(page);
            (token, version) = (next, listed ?? version);
        }
        while (token.Length > 0);
        version ??= "0";
        EndSync();
    }

    private (string Token, string? Version) ReadPage(byte[] page)
    {
        try
        {
            var items = ObjectHeader.Read(page)?.Items ?? [];
            foreach (var item in items)
            {
                store.Put(page.AsSpan()[item]);
            }

            var metadata = JsonSerializer.Deserialize(page, ClusterJson.Default.ListObject)?.Metadata;
            return (metadata?.Continue ?? "", metadata?.ResourceVersion);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("the API server sent a list that is not JSON", e);
        }
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        var isList = version is null;
        var duration = times.WatchDuration * (0.75 + (Random.Shared.NextDouble() / 2));
        using var lines = new LineReader(await api.OpenAsync(selection.Watch(version, duration), stop), times.Silence);
        if (isList)
        {
            store.BeginSync();
        }

        while (await lines.ReadAsync(stop) is { } line)
        {
            isList = Take(line.Span, isList);
        }

        if (isList)
        {
            throw new IOException("the list was cut off");
        }
    }

    // Returns whether the list at the beginning of the watch is still going on.
    private bool Take(ReadOnlySpan<byte> line, bool isList)
    {
        if (line.Trim((byte)' ').Length <= 1)
        {
            return isList;
        }

        var happened = WatchEvent.Read(line);
        var item = line[happened.Object];
        switch (happened.Kind)
        {
            case WatchEventKind.Put:
                Advance(store.Put(item), isList);
                return isList;
            case WatchEventKind.Deleted:
                Advance(store.Delete(item), isList);
                return isList;
            case WatchEventKind.Bookmark:
                Advance(ObjectHeader.Read(item)?.Version, isList: false);
                if (isList && item.IndexOf("k8s.io/initial-events-end"u8) >= 0)
                {
                    EndSync();
                    return false;
                }

                return isList;
            default:
                throw ApiException.FromStatus(item);
        }
    }

    // Objects of a list come in any order; only what follows it can be gone on from.
    private void Advance(string? seen, bool isList)
    {
        failures = 0;
        if (!isList && seen is not null && (version is null || seen.Length > version.Length
            || (seen.Length == version.Length && string.CompareOrdinal(seen, version) > 0)))
        {
            version = seen;
        }
    }

    private void EndSync()
    {
        store.EndSync();
        failures = 0;
        if (synced.TrySetResult())
        {
            log.Synced(store.Count, selection.ToString());
        }
    }

    // Waits after a failure: twice as long each time, varied by half, and at least as long as the server asked for.
    private async Task RestAsync(string? failure, TimeSpan? atLeast, CancellationToken stop)
    {
        if (failure is null)
        {
            return;
        }

        var wait = TimeSpan.FromTicks(Math.Min(times.FirstRetry.Ticks << Math.Min(failures, 20), times.LastRetry.Ticks));
        wait *= 0.5 + Random.Shared.NextDouble();
        wait = atLeast > wait ? atLeast.Value : wait;
        if (failures++ == 0)
        {
            log.ReadingFailed(selection.ToString(), failure);
        }

        try
        {
            await Task.Delay(wait, stop);
        }
        catch (OperationCanceledException)
        {
            // The caller sees it.
        }
    }
}
