using Sluice.Controller.Manifests;
using Sluice.Controller.Proxy;
using Sluice.Controller.Serving;
using Spectre.Console;

namespace Sluice.Controller.Demo;

/// <summary>Everything on one machine: sample servers, the example manifests, HAProxy; then says what to try.</summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(ControllerSettings settings)
    {
        using var signals = new ShutdownSignals();
        try
        {
            await ServeAsync(settings, signals);
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

    private static async Task ServeAsync(ControllerSettings settings, ShutdownSignals signals)
    {
        DemoCertificate.Write(Path.Join(settings.Manifests, "secure-tls.yaml"));
        await using var servers = await SampleServers.StartAsync(new FolderWatch(settings.Manifests).ReadAll(), signals.First);
        using var logs = ConsoleLogs.Create();
        await using var controller = await IngressController.StartAsync(settings, logs, signals.First);
        Print(settings);
        await controller.ServeAsync(signals.First, signals.Second);
    }

    private static void Print(ControllerSettings settings)
    {
        var http = $"http://shop.localhost:{settings.HttpPort}";
        var file = Path.Join(settings.Manifests, "shop.yaml");
        AnsiConsole.MarkupLineInterpolated($"""

            [bold]Sluice serves the manifests in {settings.Manifests}[/]
              {http}/                  two pods take turns
              {http}/api               another Service
              http://pr-17.preview.localhost:{settings.HttpPort}/      a wildcard host
              https://secure.localhost:{settings.HttpsPort}/            TLS

            [bold]Three things to try in another terminal[/]
              1. See the two pods answer in turn:
                   curl {http}/
              2. Change "path: /api" to "path: /v2" in {file},
                 save it, and ask for the new path. The line that appears below says
                 how long it took, and that nothing was reloaded:
                   curl {http}/v2
              3. See http redirected to https, and https answer:
                   curl -i http://secure.localhost:{settings.HttpPort}/
                   curl -k https://secure.localhost:{settings.HttpsPort}/

            Ctrl-C ends it.

            """);
    }
}
