using System.CommandLine.Invocation;
using Sluice.Controller;
using Sluice.Controller.Demo;
using Sluice.Controller.Proxy;

var commandLine = CommandLine.Create(RunAsync, DemoCommand.RunAsync, RenderCommand.Run).Parse(args);
var code = await commandLine.InvokeAsync();

// 1 is for what was understood and failed.
return commandLine.Action is ParseErrorAction ? 2 : code;

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
