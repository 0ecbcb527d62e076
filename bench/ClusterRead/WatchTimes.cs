using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sluice.Bench.ClusterRead;

/// <summary>How long a watch runs, and when it is time for a bookmark: as with the real server, one a minute.</summary>
internal sealed class WatchTimes(HttpContext context)
{
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);

    private readonly Task end = Task.Delay(
        TimeSpan.FromSeconds(int.Parse(context.Request.Query["timeoutSeconds"].ToString(), CultureInfo.InvariantCulture)), context.RequestAborted);

    /// <summary>Waits for what happens next: the given, or a bookmark. Null when the watch is over.</summary>
    public async Task<Task?> NextAsync(Task happening)
    {
        var bookmark = Task.Delay(BookmarkInterval, context.RequestAborted);
        var first = await Task.WhenAny(happening, bookmark, end);
        return first == end || context.RequestAborted.IsCancellationRequested ? null : first;
    }
}
