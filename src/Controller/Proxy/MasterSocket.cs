using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Controller.Proxy;

/// <summary>Commands to HAProxy's master process, one connection each (management guide, section 9.4).</summary>
public static class MasterSocket
{
    private static readonly TimeSpan ReplyLimit = TimeSpan.FromMinutes(1);

    /// <summary>Sends one command and returns the whole reply. Throws <see cref="SocketException"/> if no master listens.</summary>
    public static async Task<string> SendAsync(string path, string command, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(ReplyLimit);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\n"), limit.Token);
        socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(limit.Token);
    }

    /// <summary>The process id of the worker that takes new connections; null if there is no master (or it is just ending) or no worker.</summary>
    public static async Task<int?> WorkerPidAsync(string path, CancellationToken stop)
    {
        string reply;
        try
        {
            reply = await SendAsync(path, "show proc", stop);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }

        return ProcessIds(reply, "# workers").Cast<int?>().FirstOrDefault();
    }

    /// <summary>The process id of the master; null if there is none, or it is just ending.</summary>
    public static async Task<int?> MasterPidAsync(string path, CancellationToken stop)
    {
        try
        {
            return ProcessIds(await SendAsync(path, "show proc", stop), "#<PID>").Cast<int?>().FirstOrDefault();
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // Nobody listens, or it ended before it had answered.
            return null;
        }
    }

    // "# workers" heads the current ones, "# old workers" those that are leaving: <pid> <type> <reloads> <uptime> <version>
    private static IEnumerable<int> ProcessIds(string reply, string head) =>
        reply.Split('\n')
            .SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith('#'))
            .Select(line => int.TryParse(line.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0);
}
