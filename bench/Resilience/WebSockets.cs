using System.Net.Sockets;

namespace Sluice.Bench.Resilience;

/// <summary>WebSockets that stay open, each with a message and its answer once a second. One that ends or gives no answer is cut.</summary>
internal sealed class WebSockets : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly byte[] Message = "a message of 20 bytes"u8.ToArray();

    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> running = [];
    private int cut;
    private long answers;

    public int Count => running.Count;

    public int Cut => Volatile.Read(ref cut);

    public long Answers => Interlocked.Read(ref answers);

    public static async Task<WebSockets> OpenAsync(int port, IEnumerable<string> hosts)
    {
        var sockets = new WebSockets();
        foreach (var host in hosts)
        {
            var connection = await HttpConnection.OpenAsync(port);
            await connection.UpgradeAsync(host);
            sockets.running.Add(Task.Run(() => sockets.TalkAsync(connection, host)));
        }

        return sockets;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running);
        stopping.Dispose();
    }

    private async Task TalkAsync(HttpConnection connection, string host)
    {
        using (connection)
        {
            var buffer = new byte[Message.Length];
            try
            {
                while (!stopping.IsCancellationRequested)
                {
                    await connection.SendAsync(Message);
                    for (var received = 0; received < Message.Length;)
                    {
                        received += await connection.ReceiveAsync(buffer.AsMemory(received));
                    }

                    Interlocked.Increment(ref answers);
                    await Task.Delay(Pause, stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                }
            }
            catch (Exception e) when (e is SocketException or IOException or TimeoutException)
            {
                Interlocked.Increment(ref cut);
                await Console.Error.WriteLineAsync($"{DateTime.UtcNow:HH:mm:ss.fff} WebSocket to {host} was cut: {e.Message}");
            }
        }
    }
}
