using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sluice.Controller.Check;

/// <summary>The verb that validates manifests offline.</summary>
internal static class CheckCommand
{
    private const int Failed = 1;
    private const int Unusable = 2;

    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Files and folders of manifests; - stands for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Format =
        CommandLine.With(CommandLine.Text("--format", "text|json|github", "How to print the findings.", "text"), RequireFormat);

    private static readonly Option<bool> Strict = CommandLine.Switch("--strict", "Fail on warnings, too.");

    private static readonly Option<string> IngressClass = CommandLine.Text(
        "--ingress-class", "NAME", "The class that is ours, where the manifests hold no IngressClass of ours.", "sluice");

    public static Command Declare()
    {
        var command = new Command("check", """
            Validate manifests offline: what is wrong with them, with file and line. Needs neither HAProxy nor a cluster.

            Findings go to standard output, one sentence that sums them up goes to standard error. The exit code is 0 if there
            is no error (with --strict: no finding), 1 if there is, and 2 if the check could not be done.

            Examples:
              sluice check ./manifests
              sluice check --format github --strict deploy/ingress.yaml deploy/services
              kustomize build . | sluice check -
            """) { Paths, Format, Strict, CommandLine.Config, CommandLine.Countries, CommandLine.AllowSnippets, IngressClass };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var format = FormatOf(arguments.GetValue(Format)) ?? CheckFormat.Text;
        try
        {
            using var input = Console.OpenStandardInput();
            var chosen = new CheckOptions(arguments.GetValue(CommandLine.Config)!, arguments.GetValue(IngressClass))
            {
                Countries = arguments.GetValue(CommandLine.Countries) ?? "",
                AllowSnippets = arguments.GetValue(CommandLine.AllowSnippets),
            };
            var result = ManifestCheck.Run(arguments.GetValue(Paths)!, chosen, input);
            Console.Out.Write(CheckReport.Write(result, format, IsColoured()));
            Console.Error.WriteLine($"sluice: {CheckReport.Summary(result)}");
            return result.Errors > 0 || (arguments.GetValue(Strict) && result.Findings.Count > 0) ? Failed : 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"sluice: {e.Message}");
            return Unusable;
        }
    }

    // https://no-color.org
    private static bool IsColoured() => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    private static void RequireFormat(OptionResult result)
    {
        if (FormatOf(result.GetValueOrDefault<string>()) is null)
        {
            result.AddError($"--format: '{result.GetValueOrDefault<string>()}' is not a format, expected text, json or github");
        }
    }

    private static CheckFormat? FormatOf(string? name) => name switch
    {
        "text" => CheckFormat.Text,
        "json" => CheckFormat.Json,
        "github" => CheckFormat.GitHub,
        _ => null,
    };
}
