using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace Sluice.Bench.Resilience;

/// <summary>
/// Clients that ask for hosts in turns until they are stopped: some go on over their connection, some make a new one for
/// each request. Any answer but 200, and none, is a failure.
/// </summary>
internal sealed class Clients : IAsyncDisposable
{
    // Two cores are there for everything: this many clients with this pause take about a fourth of one.
    private const int Kept = 2;
    private const int New = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<string> failures = new();
    private readonly int port;
    private readonly IReadOnlyList<string> hosts;
    private readonly int kept;
    private readonly Task running;
    private long requests;

    private Clients(int port, IReadOnlyList<string> hosts, int kept)
    {
        (this.port, this.hosts, this.kept) = (port, hosts, kept);
        running = Task.WhenAll(Enumerable.Range(0, Kept + New).Select(client => Task.Run(() => AskAsync(client))));
    }

    /// <summary>Raised after each answer: the host, the time when the answer was there, and the answer. Handlers must be quick.</summary>
    public event Action<string, long, string>? Answered;

    public long Requests => Interlocked.Read(ref requests);

    public int Failed => failures.Count;

    public static string Description => $"{Kept} clients that keep their connection and {New} that make a new one for each request, {Pause.TotalMilliseconds:0} ms between two requests";

    public static Clients Start(int port, IReadOnlyList<string> hosts, bool isEachNew = false) => new(port, hosts, isEachNew ? 0 : Kept);

    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
    }

    private async Task AskAsync(int client)
    {
        HttpConnection? connection = null;
        for (var turn = client * hosts.Count / (Kept + New); !stopping.IsCancellationRequested; turn++)
        {
            var host = hosts[turn % hosts.Count];
            try
            {
                connection ??= await HttpConnection.OpenAsync(port);
                var answer = await connection.GetAsync(host);
                Answered?.Invoke(host, Stopwatch.GetTimestamp(), answer);
                if (!answer.StartsWith("200 ", StringComparison.Ordinal))
                {
                    Fail(host, answer.Split('\n')[0]);
                }

                if (client >= kept || connection.IsClosed)
                {
                    connection.Dispose();
                    connection = null;
                }
            }
            catch (Exception e) when (e is SocketException or IOException or TimeoutException)
            {
                Fail(host, e.Message);
                connection?.Dispose();
                connection = null;
            }

            Interlocked.Increment(ref requests);
            await Task.Delay(Pause);
        }

        connection?.Dispose();
    }

    private void Fail(string host, string what)
    {
        failures.Enqueue(what);
        Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} request to {host} failed: {what}");
    }
}
