using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Serving;
using Sluice.Core.Annotations;
using Sluice.Core.Values;

namespace Sluice.Controller.Webhook;

/// <summary>The verb that serves the admission webhook.</summary>
internal static class WebhookCommand
{
    private const int Failed = 1;

    private static readonly Option<int> Port = CommandLine.Port("--port", "The port for https.", 9443, inContainer: 9443);
    private static readonly Option<string> Certificate =
        CommandLine.Text("--tls-cert", "FILE", "The certificate and its chain, PEM. The files are read again when they change.");

    private static readonly Option<string> Key = CommandLine.Text("--tls-key", "FILE", "The certificate's key, PEM.");
    private static readonly Option<string> Classes = CommandLine.With(
        CommandLine.Text("--ingress-class", "NAME[,NAME]", "The classes that are ours; Ingresses of others are allowed unseen.", "sluice"), CheckClasses);

    private static readonly Option<bool> DefaultClass =
        CommandLine.Switch("--default-class", "Ingresses that name no class are ours, too.");

    private static readonly Option<string> Config = CommandLine.With(
        CommandLine.Text("--config", "NS/NAME", "The ConfigMap with the global settings, which is checked, too.", "sluice-system/sluice"), CheckConfig);

    public static Command Declare()
    {
        var command = new Command("webhook", """
            Serve the admission webhook: refuse Ingresses of ours that cannot be served as asked, before they are stored.

            It checks what `sluice check` checks, one object at a time. It is optional, needs no access to the API server or to
            HAProxy, and allows whatever it does not understand. docs/webhook.md tells how to register it.

            Examples:
              sluice webhook --tls-cert /tls/tls.crt --tls-key /tls/tls.key
              sluice webhook --port 9443 --bind 0.0.0.0 --tls-cert tls.crt --tls-key tls.key --ingress-class sluice,internal
            """) { Port, CommandLine.Bind, Certificate, Key, Classes, DefaultClass, Config };
        command.Validators.Add(RequireCertificate);
        command.SetAction((result, _) => RunAsync(Settings(result)));
        return command;
    }

    private static async Task<int> RunAsync(WebhookSettings settings)
    {
        using var signals = new ShutdownSignals();
        using var logs = ConsoleLogs.Create();
        try
        {
            await using var server = await WebhookServer.StartAsync(settings, logs, signals.First);
            logs.CreateLogger<WebhookServer>().Reviewing(server.Port, string.Join(", ", settings.Classes), settings.Config.ToString());
            await Task.Delay(Timeout.Infinite, signals.First);
            return 0;
        }
        catch (OperationCanceledException) when (signals.First.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or SocketException)
        {
            await Console.Error.WriteLineAsync($"sluice: {e.Message}");
            return Failed;
        }
    }

    private static WebhookSettings Settings(ParseResult result) => new()
    {
        Bind = result.GetValue(CommandLine.Bind)!,
        Port = result.GetValue(Port),
        CertificateFile = result.GetValue(Certificate)!,
        KeyFile = result.GetValue(Key)!,
        Classes = Items(result.GetValue(Classes)).ToEquatableArray(),
        HasDefaultClass = result.GetValue(DefaultClass),
        Config = Kinds.ObjectName.Parse(result.GetValue(Config)!, out var name) && name is { } config ? config : default,
    };

    private static string[] Items(string? text) => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static void RequireCertificate(CommandResult result)
    {
        // What stands in the environment is a default, which does not count yet at this moment.
        if (!IsGiven(Certificate) || !IsGiven(Key))
        {
            result.AddError("The API server asks over https only: give the files of a certificate with --tls-cert FILE and --tls-key FILE.");
        }

        bool IsGiven(Option<string> option) => option.HasDefaultValue || result.GetValue(option) is not null;
    }

    private static void CheckClasses(OptionResult result)
    {
        var names = Items(result.GetValueOrDefault<string>());
        if (names.Length == 0 || !Array.TrueForAll(names, KubernetesName.IsSubdomain))
        {
            result.AddError($"--ingress-class: '{result.GetValueOrDefault<string>()}' cannot be used, expected names of IngressClasses, separated by commas");
        }
    }

    private static void CheckConfig(OptionResult result)
    {
        if (!Kinds.ObjectName.Parse(result.GetValueOrDefault<string>() ?? "", out var name) || name is null)
        {
            result.AddError($"--config: '{result.GetValueOrDefault<string>()}' is not one, expected NAMESPACE/NAME");
        }
    }
}
