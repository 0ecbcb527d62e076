using System.CommandLine;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Serving;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Agent;

/// <summary>The verb that answers HAProxy's questions.</summary>
internal static class AgentCommand
{
    private const int Failed = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // HAProxy goes over to the next agent with its next connection.
    private static readonly TimeSpan Finishing = TimeSpan.FromSeconds(2);

    public static Command Declare()
    {
        var command = new Command("agent", """
            Answer HAProxy's questions, which credentials are right among them. "sluice run" starts it where it starts HAProxy.

            Example:
              sluice agent --state-dir /run/sluice/state
            """) { CommandLine.StateDir };
        command.SetAction((result, _) => RunAsync(Path.GetFullPath(result.GetValue(CommandLine.StateDir)!)));
        return command;
    }

    private static async Task<int> RunAsync(string folder)
    {
        using var signals = new ShutdownSignals();
        using var logs = ConsoleLogs.Create();
        var log = logs.CreateLogger<AgentServer>();
        var layout = new Layout(folder, "", 0, 0, 0, 0);
        try
        {
            while (!Directory.Exists(folder))
            {
                await Task.Delay(Pause, signals.First);
            }

            using var answers = new AgentAnswers(layout, log);
            await using var server = AgentServer.Listen(layout.AgentSocket, answers, log);
            log.AgentAnswering(layout.AgentSocket);
            await server.RunAsync(signals.First);
            await server.FinishAsync(Finishing, signals.Second);
            return 0;
        }
        catch (OperationCanceledException) when (signals.First.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"sluice: {e.Message}");
            return Failed;
        }
    }
}
