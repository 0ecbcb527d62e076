using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sluice.Controller.Cluster;

namespace Sluice.Bench.ClusterRead;

/// <summary>The one Lease of the synthetic server: what was written last, told to who watches it.</summary>
internal sealed class LeaseServer
{
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? lease;
    private long version = SyntheticCluster.FirstVersion;

    /// <summary>How often it was written.</summary>
    public int Writes { get; private set; }

    public static bool IsLease(string path) => path.StartsWith("/apis/coordination.k8s.io/v1/namespaces/", StringComparison.Ordinal);

    public async Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            using var reader = new StreamReader(context.Request.Body);
            var written = JsonNode.Parse(await reader.ReadToEndAsync(context.RequestAborted))!.AsObject();
            written["metadata"]!["resourceVersion"] = $"{++version}";
            lease = written.ToJsonString();
            Writes++;
            Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }

        await (context.Request.Query["watch"] == "true" ? WatchAsync(context) : ApiServer.SendAsync(context, lease is null ? 404 : 200, lease ?? ApiServer.NotFound));
    }

    private async Task WatchAsync(HttpContext context)
    {
        var next = Volatile.Read(ref changed).Task;
        var times = new WatchTimes(context);
        await WatchServer.OpenAsync(context);
        if (context.Request.Query["sendInitialEvents"] == "true")
        {
            await (lease is null ? Task.CompletedTask : WatchServer.SendAsync(context, Event("ADDED")));
            await WatchServer.SendAsync(context, WatchServer.EndOfList(ApiKind.Lease, version));
        }

        while (await times.NextAsync(next) is { } happened)
        {
            var isWritten = happened == next;
            next = Volatile.Read(ref changed).Task;
            await WatchServer.SendAsync(context, isWritten ? Event("MODIFIED") : WatchServer.Bookmark(ApiKind.Lease, version));
        }
    }

    private string Event(string type) => $$"""{"type":"{{type}}","object":{{lease}}}""";
}
