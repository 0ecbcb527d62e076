using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Behaviour.Harness;

/// <summary>The socket of HAProxy's master process, on which it tells its workers (management guide, section 9.4).</summary>
public sealed class MasterSocket(string path)
{
    /// <summary>The process that takes new connections. Another number means that there was a reload, or a crash.</summary>
    public async Task<int> WorkerPidAsync()
    {
        var current = (await AskAsync("show proc"))
            .Split('\n')
            .SkipWhile(line => !line.StartsWith("# workers", StringComparison.Ordinal))
            .TakeWhile(line => !line.StartsWith("# old", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(words => words is [_, "worker", ..]);
        return int.Parse(current[0], CultureInfo.InvariantCulture);
    }

    /// <summary>The process that watches the workers.</summary>
    public async Task<int> MasterPidAsync()
    {
        var master = (await AskAsync("show proc"))
            .Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(words => words is [_, "master", ..]);
        return int.Parse(master[0], CultureInfo.InvariantCulture);
    }

    private async Task<string> AskAsync(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using var stream = new NetworkStream(socket);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\n"), patience.Token);
        // HAProxy answers, and then ends the connection because we have.
        socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(patience.Token);
    }
}
