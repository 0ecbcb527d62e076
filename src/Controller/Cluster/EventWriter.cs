using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Manifests;
using Sluice.Core.Values;

namespace Sluice.Controller.Cluster;

/// <summary>
/// Tells on the objects themselves, by Events of v1, what was found and what became of changes. The same thing about the
/// same object is one Event that counts. How often an object is spoken of is limited, as client-go does it.
/// </summary>
/// <param name="api">The cluster.</param>
/// <param name="isLeader">Whether we are the one that tells.</param>
/// <param name="scope">What is read. Events about what is in no namespace go into the namespace default, as Kubernetes asks.
/// Where it is not among those that are served, we have no right to write there: then the log alone tells it.</param>
/// <param name="log">Where it is said that an Event could not be written.</param>
public sealed class EventWriter(ApiClient api, Func<bool> isLeader, ClusterScope scope, ILogger log) : IDisposable
{
    private const string OutsideOfNamespaces = "default";
    private const int LongestMessage = 1024;
    private const int MostWaiting = 5_000;
    private const int MostCounted = 5_000;
    private const int MostRetries = 10;

    private static readonly Backoff Retries = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    private readonly Channel<EventText> waiting = Channel.CreateBounded<EventText>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly PartitionedRateLimiter<ResourceRef> perObject = PartitionedRateLimiter.Create<ResourceRef, ResourceRef>(
        reference => RateLimitPartition.GetTokenBucketLimiter(reference, _ => Bucket(25, 1, TimeSpan.FromMinutes(5), 0)));

    private readonly TokenBucketRateLimiter all = new(Bucket(100, 20, TimeSpan.FromSeconds(1), int.MaxValue));
    private int dropped;

    /// <summary>Takes things to tell. Those that do not lead leave it to the one that does.</summary>
    public void Tell(IEnumerable<EventText> texts)
    {
        foreach (var text in isLeader() ? texts : [])
        {
            if (ResourceDecoder.VersionOf(text.Object.Kind) is null || !HasPlace(text.Object))
            {
                continue;
            }

            using var lease = perObject.AttemptAcquire(text.Object);
            if (lease.IsAcquired)
            {
                waiting.Writer.TryWrite(text);
            }
            else if (Interlocked.Increment(ref dropped) % 100 == 1)
            {
                log.EventsDropped(dropped);
            }
        }
    }

    /// <summary>Writes until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var text in waiting.Reader.ReadAllAsync(stop))
            {
                using var lease = await all.AcquireAsync(1, stop);
                await WriteAsync(text, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was not told is told by the next leader.
        }
    }

    public void Dispose()
    {
        perObject.Dispose();
        all.Dispose();
    }

    private static TokenBucketRateLimiterOptions Bucket(int burst, int tokens, TimeSpan period, int queue) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = tokens,
        ReplenishmentPeriod = period,
        QueueLimit = queue,
    };

    // What the server cannot take for the moment is tried again, and the others wait; else what is told once would be lost.
    private async Task WriteAsync(EventText text, CancellationToken stop)
    {
        for (var failures = 0; isLeader() && await TryAsync(text, stop) is { } failure; failures++)
        {
            if (failures == MostRetries || !IsForTheMoment(failure))
            {
                log.EventFailed(text.Object.ToString(), failure.Message);
                return;
            }

            await Task.Delay(Retries.After(failures, (failure as ApiException)?.RetryAfter), stop);
        }
    }

    private async Task<Exception?> TryAsync(EventText text, CancellationToken stop)
    {
        try
        {
            var uid = text.Uid.Length > 0 ? text.Uid : await UidAsync(text.Object, stop);
            if (uid is not null)
            {
                await WriteAsync(text with { Uid = uid }, NameOf(text, uid), stop);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return e;
        }
    }

    private static bool IsForTheMoment(Exception failure) => failure is ApiException { Code: var code }
        ? code == HttpStatusCode.TooManyRequests || code >= HttpStatusCode.InternalServerError
        : failure is not InvalidDataException;

    private async Task WriteAsync(EventText text, string name, CancellationToken stop)
    {
        // The API server forgets Events after an hour; then it is a new one.
        var path = ApiKind.Event.Path(SpaceOf(text.Object));
        if (counts.ContainsKey(name) && await CountAsync(path, name, stop))
        {
            return;
        }

        try
        {
            await api.CreateAsync(path, Json(text, name), stop);
            Count(name, 1);
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.Conflict)
        {
            // Told before, perhaps by another leader.
            var known = JsonSerializer.Deserialize(await api.GetAsync($"{path}/{name}", stop), WritingJson.Default.WrittenObject);
            Count(name, known?.Count ?? 1);
            await CountAsync(path, name, stop);
        }
    }

    // Returns whether there is such an Event.
    private async Task<bool> CountAsync(string path, string name, CancellationToken stop)
    {
        try
        {
            var count = counts[name] + 1;
            await api.MergeAsync($"{path}/{name}", JsonText.Object(writer =>
            {
                writer.WriteNumber("count", count);
                writer.WriteString("lastTimestamp", Now());
            }), stop);
            Count(name, count);
            return true;
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.NotFound)
        {
            counts.Remove(name);
            return false;
        }
    }

    private void Count(string name, int count)
    {
        if (counts.Count >= MostCounted)
        {
            counts.Clear();
        }

        counts[name] = count;
    }

    // Null if there is no such object: nobody could see what is told about it.
    private async Task<string?> UidAsync(ResourceRef reference, CancellationToken stop)
    {
        if (ApiKind.Of(reference.Kind) is not { } kind)
        {
            return null;
        }

        try
        {
            var json = await api.GetAsync(kind.Path(reference.Name.Namespace, reference.Name.Name), stop);
            return JsonSerializer.Deserialize(json, WritingJson.Default.WrittenObject)?.Metadata?.Uid ?? "";
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            return "";
        }
    }

    private bool HasPlace(ResourceRef reference) =>
        reference.Name.Namespace.Length > 0 || scope.IsWholeCluster || (scope.NamespaceSelector.Length == 0 && scope.Namespaces.Contains(OutsideOfNamespaces));

    private static string SpaceOf(ResourceRef reference) => reference.Name.Namespace.Length > 0 ? reference.Name.Namespace : OutsideOfNamespaces;

    private static string NameOf(EventText text, string uid)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', text.Object.ToString(), uid, text.Reason, text.Message)));
        return $"{text.Object.Name.Name}.{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }

    private static string Json(EventText text, string name) => JsonText.Object(writer =>
    {
        writer.WriteString("apiVersion", ApiKind.Event.ApiVersion);
        writer.WriteString("kind", ApiKind.Event.Kind);
        writer.WriteObject("metadata", metadata =>
        {
            metadata.WriteString("name", name);
            metadata.WriteString("namespace", SpaceOf(text.Object));
        });
        writer.WriteObject("involvedObject", about =>
        {
            about.WriteString("apiVersion", ResourceDecoder.VersionOf(text.Object.Kind));
            about.WriteString("kind", text.Object.Kind);
            about.WriteText("namespace", text.Object.Name.Namespace);
            about.WriteString("name", text.Object.Name.Name);
            about.WriteText("uid", text.Uid);
        });
        writer.WriteString("reason", text.Reason);
        writer.WriteString("message", text.Message.Length > LongestMessage ? text.Message[..(LongestMessage - 1)] + "…" : text.Message);
        writer.WriteString("type", text.IsWarning ? "Warning" : "Normal");
        writer.WriteObject("source", source => source.WriteString("component", ApiClient.Manager));
        writer.WriteString("reportingComponent", ApiClient.Manager);
        writer.WriteString("reportingInstance", "");
        writer.WriteString("firstTimestamp", Now());
        writer.WriteString("lastTimestamp", Now());
        writer.WriteNumber("count", 1);
    });

    private static string Now() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Something to tell about an object.</summary>
/// <param name="Object">The object.</param>
/// <param name="Uid">Its identity; empty if it has to be asked for.</param>
/// <param name="Reason">A word in CamelCase.</param>
/// <param name="Message">A sentence.</param>
/// <param name="IsWarning">Whether something is wrong.</param>
public sealed record EventText(ResourceRef Object, string Uid, string Reason, string Message, bool IsWarning);
