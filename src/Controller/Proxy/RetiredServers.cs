using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>Deletes servers and backends that were drained, and the files that only these used.</summary>
internal static class RetiredServers
{
    /// <summary>
    /// Tries to delete each; what still has connections stays. A connection that became idle just after a server was
    /// disabled keeps it from being deleted; enabling and disabling it anew (its weight is 0) drops that connection.
    /// Those that are overdue lose the connections that they have, and are deleted the next time.
    /// </summary>
    public static async Task<IReadOnlyList<Retirement>> DeleteAsync(
        RuntimeSocket socket, IReadOnlyCollection<Retirement> retiring, IReadOnlySet<Retirement> overdue, Layout layout, CancellationToken stop)
    {
        await socket.SendAsync(overdue.Where(item => item.Server.Length > 0).Select(item => new RuntimeLine($"shutdown sessions server {item.Backend}/{item.Server}", "")), stop);
        var servers = retiring.Where(item => item.Server.Length > 0).ToList();
        var lines = servers.SelectMany(item => new RuntimeLine[]
        {
            new($"enable server {item.Backend}/{item.Server}", ""),
            new($"disable server {item.Backend}/{item.Server}", ""),
            new($"del server {item.Backend}/{item.Server}", ""),
        });
        var replies = await socket.SendAsync(lines, stop);
        var deleted = servers.Where((_, index) => IsGone(replies[(3 * index) + 2])).ToList();

        var busy = servers.Except(deleted).Select(item => item.Backend).ToHashSet(StringComparer.Ordinal);
        var backends = retiring.Where(item => item.Server.Length == 0 && item.File is null && !busy.Contains(item.Backend)).ToList();
        replies = await socket.SendAsync(backends.Select(item => new RuntimeLine($"del backend {item.Backend}", "")), stop);
        deleted.AddRange(backends.Where((_, index) => IsGone(replies[index])));

        var files = retiring.Where(item => item.File is not null).ToList();
        replies = await socket.SendAsync(files.Select(item => new RuntimeLine($"del ssl {(PemFile.AreAuthorities(item.File!) ? "ca-file" : "cert")} {layout.PemFile(item.File!)}", "")), stop);
        deleted.AddRange(files.Where((_, index) => IsGone(replies[index])));
        return deleted;
    }

    // A refusal says "can be deleted", so the whole words count.
    private static bool IsGone(string reply) =>
        reply.Contains("Server deleted.", StringComparison.Ordinal) || reply.Contains("Backend deleted.", StringComparison.Ordinal)
        || reply.Contains("' deleted!", StringComparison.Ordinal) || reply.Contains("doesn't exist", StringComparison.Ordinal)
        || reply.Contains("No such", StringComparison.Ordinal) || reply.Contains("Can't find", StringComparison.Ordinal);
}
