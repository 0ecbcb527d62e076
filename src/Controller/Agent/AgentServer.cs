using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Sluice.Controller.Agent;

/// <summary>
/// Takes HAProxy's connections at a socket of files. It takes the socket's place from another agent, if one has it, which
/// goes on with the connections that it has.
/// </summary>
internal sealed class AgentServer : IAsyncDisposable
{
    // HAProxy opens one for each of its threads, and while it opens them one for each question.
    private const int MostConnections = 2048;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(12);

    private readonly Socket listener;
    private readonly AgentAnswers answers;
    private readonly ILogger log;
    private readonly ConcurrentDictionary<AgentConnection, Task> connections = new();

    private AgentServer(Socket listener, AgentAnswers answers, ILogger log) => (this.listener, this.answers, this.log) = (listener, answers, log);

    public static AgentServer Listen(string path, AgentAnswers answers, ILogger log)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var own = $"{path}.{Environment.ProcessId}";
        File.Delete(own);
        listener.Bind(new UnixDomainSocketEndPoint(own));
        File.SetUnixFileMode(own, OwnerOnly);
        listener.Listen(MostConnections);
        File.Move(own, path, overwrite: true);
        return new AgentServer(listener, answers, log);
    }

    /// <summary>Takes connections until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Take(await listener.AcceptAsync(stop));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // No file is left to be opened: some will be closed.
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    /// <summary>Goes on with the connections that there are for a time, then ends each when its questions are answered.</summary>
    public async Task FinishAsync(TimeSpan time, CancellationToken hurry)
    {
        listener.Dispose();
        var all = Task.WhenAll(connections.Values);
        await Task.WhenAny(all, Task.Delay(time, hurry));
        await Task.WhenAll(connections.Keys.Select(connection => connection.FinishAsync()));
        await Task.WhenAny(Task.WhenAll(connections.Values), Task.Delay(AnswerLimit, hurry));
    }

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        foreach (var connection in connections.Keys)
        {
            connection.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private void Take(Socket socket)
    {
        if (connections.Count >= MostConnections)
        {
            socket.Dispose();
            return;
        }

        var connection = new AgentConnection(socket, answers, log);
        var served = ServeAsync(connection);
        if (!served.IsCompleted)
        {
            connections[connection] = served;
            _ = served.ContinueWith(_ => connections.TryRemove(connection, out var _), TaskScheduler.Default);
        }
    }

    private static async Task ServeAsync(AgentConnection connection)
    {
        using (connection)
        {
            await connection.RunAsync();
        }
    }
}
