using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sluice.Controller.Cluster;

namespace Sluice.Bench.ClusterRead;

/// <summary>The watches of the synthetic server: a list at the beginning, and changes when there is a storm of them.</summary>
internal sealed class WatchServer(SyntheticCluster cluster)
{
    // Sent at once, as a server does that has more to send.
    private const int Batch = 64 * 1024;

    private TaskCompletionSource<int> storm = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Sends changes of EndpointSlices to who watches them, as many and as fast as can be.</summary>
    public void Storm(int events) =>
        Interlocked.Exchange(ref storm, new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult(events);

    public async Task RunAsync(HttpContext context, ApiKind kind)
    {
        var next = Volatile.Read(ref storm).Task;
        var version = SyntheticCluster.FirstVersion;
        var times = new WatchTimes(context);
        await OpenAsync(context);
        if (context.Request.Query["sendInitialEvents"] == "true")
        {
            await SendAllAsync(context, cluster.Count(kind), (buffer, index) =>
                AddEvent(buffer, "ADDED"u8, kind, new Written(index, SyntheticCluster.VersionOf(index))));
            await SendAsync(context, EndOfList(kind, version));
        }

        while (await times.NextAsync(next) is { } happened)
        {
            // The next one may be asked for before the last event of this one has left us.
            var current = next;
            next = Volatile.Read(ref storm).Task;
            if (happened != current)
            {
                await SendAsync(context, Bookmark(kind, version));
            }
            else if (kind == ApiKind.EndpointSlice)
            {
                version = await SendStormAsync(context, await current, version);
            }
        }
    }

    public static Task OpenAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public static Task SendAsync(HttpContext context, string line) =>
        context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), context.RequestAborted).AsTask();

    public static string Bookmark(ApiKind kind, long version) => Bookmark(kind, version, "");

    public static string EndOfList(ApiKind kind, long version) => Bookmark(kind, version, ""","annotations":{"k8s.io/initial-events-end":"true"}""");

    private static string Bookmark(ApiKind kind, long version, string annotations) =>
        $$$$"""{"type":"BOOKMARK","object":{"kind":"{{{{kind.Kind}}}}","apiVersion":"{{{{kind.ApiVersion}}}}","metadata":{"resourceVersion":"{{{{version}}}}","creationTimestamp":null{{{{annotations}}}}}}}""";

    private async Task<long> SendStormAsync(HttpContext context, int events, long version)
    {
        var slices = cluster.Count(ApiKind.EndpointSlice);
        await SendAllAsync(context, events, (buffer, number) => AddEvent(
            buffer, "MODIFIED"u8, ApiKind.EndpointSlice,
            new Written(
                SyntheticCluster.ChangedSlice(number, slices), version + number + 1, number == events - 1 ? SyntheticCluster.LastRevision : number + 1)));
        return version + events;
    }

    private void AddEvent(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> type, ApiKind kind, Written what)
    {
        buffer.Write("{\"type\":\""u8);
        buffer.Write(type);
        buffer.Write("\",\"object\":"u8);
        cluster.Write(kind, buffer, what);
        buffer.Write("}\n"u8);
    }

    private static async Task SendAllAsync(HttpContext context, int count, Action<ArrayBufferWriter<byte>, int> add)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * Batch);
        for (var number = 0; number < count; number++)
        {
            add(buffer, number);
            if (buffer.WrittenCount >= Batch || number == count - 1)
            {
                await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
                buffer.ResetWrittenCount();
            }
        }
    }
}
