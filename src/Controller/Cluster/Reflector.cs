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
    private readonly Pace pace = new(times);
    private readonly Denial denial = new(times.Doubt);
    private volatile TaskCompletionSource nudge = new();
    private string? version;
    private bool canStream = true;
    private int pageSize = times.PageSize;
    private string? told;

    /// <summary>Completes when the first list is whole.</summary>
    public Task Synced => synced.Task;

    /// <summary>What the server said when it denied us the right to read this, for a while now; null if it does not.</summary>
    public string? Denied => denial.Reason;

    /// <summary>Raised when the first list is whole, and when <see cref="Denied"/> changes. From any thread.</summary>
    public event Action? Stepped;

    public Selection Selection => selection;

    public ObjectStore Store => store;

    /// <summary>Ends the rest before the next try: there is reason to think that it will do better.</summary>
    public void Nudge() => nudge.TrySetResult();

    /// <summary>Runs until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await StepAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // This is how it ends.
        }
    }

    private async Task StepAsync(CancellationToken stop)
    {
        nudge = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await FollowAsync(stop);
            if (pace.IsSettled)
            {
                told = null;
            }
            else
            {
                await RestAsync("the watch ended at once", null, stop);
            }
        }
        catch (ApiException e)
        {
            Hear(e);
            await RefusedAsync(e, stop);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            denial.Doubt();
            await RestAsync(e.Message, null, stop);
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        pace.Begin();
        if (version is null && !canStream)
        {
            await ListAsync(stop);
        }

        await WatchAsync(stop);
    }

    private void Hear(ApiException refusal)
    {
        if (refusal.Code != HttpStatusCode.Forbidden)
        {
            denial.Doubt();
        }
        else if (denial.Deny(refusal.Message))
        {
            Stepped?.Invoke();
        }
    }

    private async Task RefusedAsync(ApiException e, CancellationToken stop)
    {
        if (e.IsGone)
        {
            // If it is a page that is gone, the pages expire faster than they are read: take all in one.
            log.Relisting(selection.ToString());
            pageSize = version is null && !canStream ? 0 : pageSize;
            version = null;
            await RestAsync(e.Message, e.RetryAfter, stop, isUsual: true);
        }
        else if (version is null && canStream && e.Code is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
        {
            // A server that cannot begin a watch with a list (Kubernetes before 1.32) says that the parameter is invalid.
            canStream = false;
        }
        else if (selection.IsOptional && e.Code == HttpStatusCode.NotFound)
        {
            version = null;
            store.Clear();
            Granted(isSynced: true);
            await Task.Delay(times.LastRetry, stop);
        }
        else
        {
            await RestAsync(e.Message, e.RetryAfter, stop);
        }
    }

    // Only a list that was read to its end can be gone on from.
    private async Task ListAsync(CancellationToken stop)
    {
        store.BeginSync();
        ObjectHeader page;
        var token = "";
        do
        {
            page = ReadPage(await api.GetAsync(selection.List(pageSize, token), stop));
            token = page.Continue;
        }
        while (token.Length > 0);
        pageSize = times.PageSize;
        EndSync(page.Version);
    }

    // What is no list of this kind, such as the page of a proxy, must not be taken for an empty one.
    private ObjectHeader ReadPage(byte[] json)
    {
        try
        {
            var page = ObjectHeader.Read(json);
            if (page is not { Items: { } items, Version: not null } || page.Kind != selection.Kind.Kind + "List")
            {
                throw new InvalidDataException($"the API server sent something else than a list of {selection.Kind.Plural}");
            }

            foreach (var item in items)
            {
                store.Put(json.AsSpan()[item]);
            }

            return page;
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
        using var lines = new LineReader(await api.OpenAsync(selection.Watch(version, duration), stop), times.Silence, stop);
        pace.Opened();
        Granted(isSynced: false);
        if (isList)
        {
            store.BeginSync();
        }

        try
        {
            while (await lines.ReadAsync() is { } line)
            {
                isList = Take(line.Span, isList);
            }
        }
        catch (SilenceException) when (!isList)
        {
            return; // A quiet server may have nothing to say, not even a bookmark: it is asked anew.
        }

        if (isList)
        {
            throw new IOException("the list was cut off");
        }
    }

    // Returns whether the list at the beginning of the watch is still going on.
    private bool Take(ReadOnlySpan<byte> line, bool isList)
    {
        line = line.Trim(" \r"u8);
        if (line.IsEmpty)
        {
            return isList;
        }

        try
        {
            return WatchEvent.Guess(line) is { } usual ? Take(usual, line, isList) : Take(WatchEvent.Read(line), line, isList);
        }
        catch (InvalidDataException)
        {
            // Perhaps only the guess was wrong.
            return Take(WatchEvent.Read(line), line, isList);
        }
    }

    private bool Take(WatchEvent happened, ReadOnlySpan<byte> line, bool isList)
    {
        var item = line[happened.Object];
        switch (happened.Kind)
        {
            case WatchEventKind.Put:
                Advance(store.Put(item), isList);
                return isList;
            case WatchEventKind.Deleted:
                Advance(store.Delete(item), isList);
                return isList;
            case WatchEventKind.Bookmark when isList:
                var isEnd = item.IndexOf("k8s.io/initial-events-end"u8) >= 0;
                if (isEnd)
                {
                    EndSync(WatchEvent.BookmarkVersion(item));
                }

                return !isEnd;
            case WatchEventKind.Bookmark:
                Advance(WatchEvent.BookmarkVersion(item), isList, isNews: false);
                return isList;
            default:
                throw ApiException.FromStatus(item);
        }
    }

    // Objects of a list come in any order; only what follows it can be gone on from.
    private void Advance(string? seen, bool isList, bool isNews = true)
    {
        if (!isList && seen is not null && (version is null || seen.Length > version.Length
            || (seen.Length == version.Length && string.CompareOrdinal(seen, version) > 0)))
        {
            version = seen;
            pace.HasNews |= isNews;
        }
    }

    private void EndSync(string? listed)
    {
        store.EndSync();
        version = listed;
        if (!synced.Task.IsCompleted)
        {
            log.Synced(store.Count, selection.ToString());
        }

        Granted(isSynced: true);
    }

    private void Granted(bool isSynced)
    {
        if (denial.Grant() | (isSynced && synced.TrySetResult()))
        {
            Stepped?.Invoke();
        }
    }

    // What is usual is neither told nor waited for, unless it happens again and again.
    private async Task RestAsync(string failure, TimeSpan? atLeast, CancellationToken stop, bool isUsual = false)
    {
        var wait = pace.Fail(atLeast);
        if (isUsual && pace.IsFirst)
        {
            return;
        }

        if (failure != told || pace.IsSettled)
        {
            log.ReadingFailed(selection.ToString(), failure);
        }

        told = failure;
        await Task.WhenAny(Task.Delay(wait, stop), nudge.Task);
        stop.ThrowIfCancellationRequested();
    }
}
