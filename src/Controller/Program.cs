using Sluice.Controller;
using Sluice.Controller.Demo;
using Sluice.Controller.Proxy;

return await CommandLine.Create(RunAsync, DemoCommand.RunAsync, RenderCommand.Run).Parse(args).InvokeAsync();

static async Task<int> RunAsync(ControllerSettings settings, CancellationToken stop)
{
    using var logs = ConsoleLogs.Create();
    try
    {
        await using var controller = await IngressController.StartAsync(settings, logs, stop);
        await controller.Completion.WaitAsync(stop);
        return 0;
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        return 0;
    }
    catch (Exception e) when (e is HaproxyException or IOException or InvalidDataException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
    {
        await Console.Error.WriteLineAsync($"sluice: {e.Message}");
        return 1;
    }
}
