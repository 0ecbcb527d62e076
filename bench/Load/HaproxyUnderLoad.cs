using System.Net.Sockets;
using Sluice.Controller.Proxy;

namespace Sluice.Bench.Load;

/// <summary>A HAProxy with one thread, started from files, and the CPU time of its worker.</summary>
internal sealed class HaproxyUnderLoad : IAsyncDisposable
{
    private readonly Child master;
    private readonly int worker;

    private HaproxyUnderLoad(string name, int port, Child master, int worker) => (Name, Port, this.master, this.worker) = (name, port, master, worker);

    public string Name { get; }

    public int Port { get; }

    public TimeSpan CpuTime => Child.CpuTime(worker);

    /// <summary>Starts HAProxy the way the controller does, and with one thread: that has to be said before all else.</summary>
    public static async Task<HaproxyUnderLoad> StartAsync(
        BenchSettings settings, string folder, string name, int port, IReadOnlyList<string> files, CancellationToken stop)
    {
        var single = Path.Combine(folder, "single.cfg");
        var socket = Path.Combine(folder, "m.sock");
        await File.WriteAllTextAsync(single, "global\n  nbthread 1\n", stop);
        var errors = new List<string>();
        var master = Child.Start(
            settings.Haproxy, ["-W", "-S", $"{socket},level,admin", .. files.Prepend(single).SelectMany(file => new[] { "-f", file })], errors.Add);
        try
        {
            return new HaproxyUnderLoad(name, port, master, await WorkerAsync(master, socket, port, errors, stop));
        }
        catch
        {
            await master.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => master.DisposeAsync();

    private static async Task<int> WorkerAsync(Child master, string socket, int port, List<string> errors, CancellationToken stop)
    {
        while (true)
        {
            if (master.HasEnded)
            {
                throw new BenchException($"HAProxy ended at start: {string.Join(' ', errors)}");
            }

            if (await MasterSocket.WorkerPidAsync(socket, stop) is { } pid && await ListensAsync(port, stop))
            {
                return pid;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), stop);
        }
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken stop)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
