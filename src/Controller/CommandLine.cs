using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Sluice.Controller.Agent;
using Sluice.Controller.Check;
using Sluice.Controller.Webhook;

namespace Sluice.Controller;

/// <summary>The command line, declared once. Each option can also be given as SLUICE_… in the environment.</summary>
internal static partial class CommandLine
{
    private static readonly Bounds PortNumber = new(1, 65535, "port");

    private static readonly Option<string> Manifests = Text("--manifests", "DIR", "The folder of manifests to serve, instead of a cluster.");
    private static readonly Option<string> Examples = Text("--manifests", "DIR", "The folder of example manifests.", "examples/demo");
    private static readonly Option<int> HttpPort = Port("--http-port", "The port for http.", 8080, inContainer: 80);
    private static readonly Option<int> HttpsPort = Port("--https-port", "The port for https.", 8443, inContainer: 443);
    private static readonly Option<int> AdminPort = Port("--admin-port", "The port for health and readiness.", 9090, inContainer: 9090);
    private static readonly Option<int> ShutdownDelay = Seconds("--shutdown-delay", "How long to work on after a signal to stop, not ready any more, so that load balancers notice.", 0);
    private static readonly Option<int> GracePeriod = Seconds("--grace-period", "How long open requests may take to finish after that; then they are cut off.", 10);
    private static readonly Option<int> ReloadInterval = Seconds("--reload-interval", "How much time there is at least between two reloads of HAProxy; what needs one waits.", 5);
    private static readonly Option<int?> PublicHttpPort = OptionalPort("--public-http-port", "The port that clients use for http, if another.");
    private static readonly Option<int?> PublicHttpsPort = OptionalPort("--public-https-port", "The port that clients use for https, if another.");
    private static readonly Option<int?> HealthPort = OptionalPort("--health-port", "The port at which HAProxy itself answers /healthz. Default: none.");
    internal static readonly Option<string> Bind = With(Text("--bind", "ADDRESS", "The address to listen on.", IsContainer ? "::" : "127.0.0.1"), CheckAddress);
    private static readonly Option<string> Haproxy = Text("--haproxy", "PATH", "The HAProxy executable, 3.4 or newer; 3.0 to 3.3 reload for each new Service port.", "haproxy");
    private static readonly Option<bool> ExternalHaproxy = Switch("--external-haproxy", "HAProxy is started by somebody else, from the files in the state folder; and so is the agent (sluice agent).");
    internal static readonly Option<string> StateDir = With(Text("--state-dir", "DIR", "The folder for HAProxy's files and sockets.", DefaultStateDir), CheckStateDir);
    internal static readonly Option<string> Countries = Text("--countries", "FILE", "Countries for allow-countries and deny-countries: an .mmdb file, or a CSV file of NETWORK,COUNTRY; a new one is a reload.");
    internal static readonly Option<bool> AllowSnippets = Switch("--allow-snippets", "Let *-config-snippet of the ConfigMap add lines to HAProxy's configuration.");
    internal static readonly Option<string> Config = Text("--config", "FILE|NS/NAME", "The ConfigMap with the global settings: in the folder, or a file that is read at start.", "sluice-system/sluice");

    /// <summary>The verbs, with what each does.</summary>
    public static RootCommand Create(
        Func<ControllerSettings, Task<int>> run, Func<ControllerSettings, Task<int>> demo, Func<string, string, int> render)
    {
        Option[] serving = [HttpPort, HttpsPort, AdminPort, PublicHttpPort, PublicHttpsPort, Bind, Haproxy, StateDir, Config];

        var runCommand = new Command("run", """
            Serve the Ingresses of a cluster, or of a folder of manifests, and follow their changes.

            Examples:
              sluice run
              sluice run --kubeconfig ~/.kube/config --namespaces shop,blog --publish-address 203.0.113.7
              sluice run --manifests ./manifests
              sluice run --manifests /etc/sluice/manifests --http-port 8000 --https-port 8443 --bind 0.0.0.0
            """) { Manifests, ExternalHaproxy, HealthPort, Countries, AllowSnippets, ShutdownDelay, GracePeriod, ReloadInterval };
        foreach (var option in ClusterOptions.All.Concat(PeerOptions.All))
        {
            runCommand.Add(option);
        }

        var demoCommand = new Command("demo", """
            Show everything on this machine: sample services, example manifests, HAProxy.

            Example:
              sluice demo
            """) { Examples };
        foreach (var option in serving)
        {
            runCommand.Add(option);
            demoCommand.Add(option);
        }

        var path = new Argument<string>("PATH") { Description = "A folder of manifests." };
        var renderCommand = new Command("render", """
            Print the HAProxy configuration and maps that a folder of manifests gives; findings go to standard error.

            Example:
              sluice render ./manifests
            """) { path, Config };

        runCommand.SetAction(result => run(Running(result)));
        demoCommand.SetAction(result => demo(Settings(result, result.GetValue(Examples)!)));
        renderCommand.SetAction(result => render(result.GetValue(path)!, result.GetValue(Config)!));
        return new RootCommand("Sluice: a Kubernetes ingress controller that programs HAProxy without reloading it.")
        {
            runCommand, demoCommand, renderCommand, CheckCommand.Declare(), WebhookCommand.Declare(), AgentCommand.Declare(),
        };
    }

    // What a folder of manifests says counts; without one it is a cluster.
    private static ControllerSettings Running(ParseResult result)
    {
        var settings = PeerOptions.Read(result, Settings(result, result.GetValue(Manifests) ?? "")) with
        {
            ExternalHaproxy = result.GetValue(ExternalHaproxy),
            HealthPort = result.GetValue(HealthPort),
            Countries = result.GetValue(Countries) ?? "",
            AllowSnippets = result.GetValue(AllowSnippets),
            ShutdownDelay = TimeSpan.FromSeconds(result.GetValue(ShutdownDelay)),
            GracePeriod = TimeSpan.FromSeconds(result.GetValue(GracePeriod)),
            ReloadInterval = TimeSpan.FromSeconds(result.GetValue(ReloadInterval)),
        };
        return settings.Manifests.Length > 0 ? settings : settings with { Cluster = ClusterOptions.Read(result) };
    }

    private static ControllerSettings Settings(ParseResult result, string manifests) => new()
    {
        Manifests = manifests,
        Haproxy = result.GetValue(Haproxy)!,
        StateDir = Path.GetFullPath(result.GetValue(StateDir)!),
        Bind = result.GetValue(Bind)!,
        HttpPort = result.GetValue(HttpPort),
        HttpsPort = result.GetValue(HttpsPort),
        AdminPort = result.GetValue(AdminPort),
        PublicHttpPort = result.GetValue(PublicHttpPort),
        PublicHttpsPort = result.GetValue(PublicHttpsPort),
        Config = result.GetValue(Config)!,
    };

    private static bool IsContainer => Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") == "true";

    // Not below /tmp for root, where anybody could have made the folder first.
    private static string DefaultStateDir => IsContainer || Environment.UserName == "root"
        ? "/run/sluice"
        : Path.Combine(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? Path.GetTempPath(), $"sluice-{Environment.UserName}");

    private static string VariableName(string option) => "SLUICE_" + option[2..].Replace('-', '_').ToUpperInvariant();

    private static string? Variable(string option) =>
        Environment.GetEnvironmentVariable(VariableName(option)) is { Length: > 0 } value && !IsServiceLink(value) ? value : null;

    // Kubernetes gives each container SLUICE_HTTP_PORT=tcp://10.0.0.1:80 and the like where a Service is named sluice-http.
    private static bool IsServiceLink(string value) => ServiceLink().IsMatch(value);

    internal static Option<string> Text(string name, string help, string description, string? fallback = null)
    {
        var option = new Option<string>(name) { HelpName = help, Description = description };
        if ((Variable(name) ?? fallback) is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        return option;
    }

    internal static Option<bool> Switch(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = result => Variable(name) switch
        {
            null or "false" => false,
            "true" => true,
            var other => Refuse(result, $"{VariableName(name)}: '{other}' is neither true nor false."),
        },
    };

    private static bool Refuse(ArgumentResult result, string problem)
    {
        result.AddError(problem);
        return false;
    }

    internal static Option<string> With(Option<string> option, Action<OptionResult> check)
    {
        option.Validators.Add(check);
        return option;
    }

    internal static Option<int> Port(string name, string description, int fallback, int inContainer) =>
        Number(name, "PORT", description, PortNumber, IsContainer ? inContainer : fallback);

    private static Option<int> Seconds(string name, string description, int fallback) =>
        Number(name, "SECONDS", description, new Bounds(0, 3600, "number of seconds"), fallback);

    private static Option<int> Number(string name, string help, string description, Bounds bounds, int fallback) =>
        Checked(bounds, new Option<int>(name)
        {
            HelpName = help,
            Description = description,
            DefaultValueFactory = result => FromVariable(name, bounds, result) ?? fallback,
        });

    private static Option<int?> OptionalPort(string name, string description) =>
        Checked(PortNumber, new Option<int?>(name)
        {
            HelpName = "PORT",
            Description = description,
            DefaultValueFactory = result => FromVariable(name, PortNumber, result),
        });

    private static int? FromVariable(string name, Bounds bounds, ArgumentResult result)
    {
        if (Variable(name) is not { } text)
        {
            return null;
        }

        if (bounds.Parse(text) is { } number)
        {
            return number;
        }

        result.AddError($"{VariableName(name)}: {bounds.Problem(text)}");
        return null;
    }

    private static Option<T> Checked<T>(Bounds bounds, Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && bounds.Parse(token.Value) is null)
            {
                result.AddError($"{option.Name}: {bounds.Problem(token.Value)}");
            }
        });
        return option;
    }

    private static void CheckAddress(OptionResult result)
    {
        if (!IPAddress.TryParse(result.GetValueOrDefault<string>(), out _))
        {
            result.AddError($"--bind: '{result.GetValueOrDefault<string>()}' is not an address, expected one such as 127.0.0.1 or ::");
        }
    }

    // The path stands in HAProxy's configuration and in the address of a socket.
    private static void CheckStateDir(OptionResult result)
    {
        var path = Path.GetFullPath(result.GetValueOrDefault<string>() ?? "");
        if (!PlainPath().IsMatch(path) || path.Length > 80)
        {
            result.AddError($"--state-dir: '{path}' cannot be used, expected at most 80 letters, digits and any of / . _ -");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9/._-]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainPath();

    [GeneratedRegex(@"\A(tcp|udp|sctp)://", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ServiceLink();

    private sealed record Bounds(int Least, int Most, string What)
    {
        public int? Parse(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most ? number : null;

        public string Problem(string text) => $"'{text}' is not a {What}, expected {Least} to {Most}.";
    }
}
