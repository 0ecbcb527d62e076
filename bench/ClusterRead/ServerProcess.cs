namespace Sluice.Bench.ClusterRead;

/// <summary>The process that serves a synthetic cluster until it is told to stop.</summary>
internal static class ServerProcess
{
    private const string Ready = "the synthetic API server is ready";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(string kubeconfig, ClusterSize size, CancellationToken stop)
    {
        await using var server = new ApiServer(new SyntheticCluster(size));
        await server.StartAsync(kubeconfig);
        await Console.Error.WriteLineAsync(Ready);
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <summary>Starts one, and returns when it serves.</summary>
    public static async Task<Child> StartAsync(string kubeconfig, ClusterSize size, CancellationToken stop)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (program, arguments) = ChildRole.Command(ChildRole.Server, kubeconfig, size, isLikeProduct: false);
        var child = Child.Start(program, arguments, line =>
        {
            if (line == Ready)
            {
                ready.TrySetResult();
            }
            else
            {
                Console.Error.WriteLine(line);
            }
        });
        if (await Task.WhenAny(ready.Task, child.Ended, Task.Delay(StartLimit, stop)) != ready.Task)
        {
            await child.DisposeAsync();
            throw new BenchException("the synthetic API server did not start");
        }

        return child;
    }
}
