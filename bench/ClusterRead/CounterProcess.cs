using System.Diagnostics;
using System.Text.Json;
using Sluice.Controller.Cluster;

namespace Sluice.Bench.ClusterRead;

/// <summary>The process that only counts what the server sends, over the same transport: more than that nobody can read.</summary>
internal static class CounterProcess
{
    public static async Task RunAsync(string kubeconfig, ClusterSize size, int events, CancellationToken stop)
    {
        using var api = new ApiClient(ApiEndpoint.Find(kubeconfig, context: null));
        await using var stream = await api.OpenAsync($"{ApiKind.EndpointSlice.Path()}?watch=true&sendInitialEvents=true&timeoutSeconds=600", stop);
        var (list, _) = await CountAsync(stream, size.Slices + 1, stop);
        await api.GetAsync($"/bench/storm?events={events}", stop);
        var (storm, bytes) = await CountAsync(stream, events, stop);
        Console.WriteLine(JsonSerializer.Serialize(new Ceiling(size.Slices / list, events / storm, bytes / events), BenchJson.Default.Ceiling));
    }

    private static async Task<(double Seconds, double Bytes)> CountAsync(Stream stream, int lines, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        var (started, bytes) = (Stopwatch.GetTimestamp(), 0L);
        while (lines > 0)
        {
            var length = await stream.ReadAsync(buffer, stop);
            lines -= length == 0 ? throw new BenchException("the server ended a watch") : buffer.AsSpan(0, length).Count((byte)'\n');
            bytes += length;
        }

        return (Stopwatch.GetElapsedTime(started).TotalSeconds, bytes);
    }
}

/// <summary>How many slices a second the server sends to one that does nothing with them, and how large a change is.</summary>
internal sealed record Ceiling(double ListPerSecond, double StormPerSecond, double BytesPerEvent);
