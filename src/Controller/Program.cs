using System.CommandLine;
using System.CommandLine.Invocation;
using Sluice.Controller;
using Sluice.Controller.Demo;
using Sluice.Controller.Proxy;
using Sluice.Controller.Serving;

var commandLine = CommandLine.Create(RunAsync, DemoCommand.RunAsync, RenderCommand.Run).Parse(args);

// Signals are ours to handle: what is open gets the time that the operator gave it.
var code = await commandLine.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

// 1 is for what was understood and failed.
return commandLine.Action is ParseErrorAction ? 2 : code;

static async Task<int> RunAsync(ControllerSettings settings)
{
    using var signals = new ShutdownSignals();
    using var logs = ConsoleLogs.Create();
    try
    {
        await using var controller = await IngressController.StartAsync(settings, logs, signals.First);
        await controller.ServeAsync(signals.First, signals.Second);
        return 0;
    }
    catch (OperationCanceledException) when (signals.First.IsCancellationRequested)
    {
        return 0;
    }
    catch (Exception e) when (e is HaproxyException or IOException or InvalidDataException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
    {
        await Console.Error.WriteLineAsync($"sluice: {e.Message}");
        return 1;
    }
}
