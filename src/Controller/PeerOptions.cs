using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Sluice.Core.Annotations;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Controller;

/// <summary>The options by which replicas share their counts for rate limits.</summary>
internal static class PeerOptions
{
    private static readonly Option<string> PeersAddress = CommandLine.With(
        CommandLine.Text("--peers-address", "ADDRESS:PORT", "Where other replicas find this one's counts for rate limits, so that a limit holds for all together. Default: not shared."), CheckEndpoints);

    private static readonly Option<string> Peers = CommandLine.With(
        CommandLine.Text("--peers", "ADDRESS:PORT[,ADDRESS:PORT]", "The other replicas, where they are always the same. A change is a reload."), CheckEndpoints);

    private static readonly Option<string> PeersService = CommandLine.With(
        CommandLine.Text("--peers-service", "NS/NAME", "The Service whose endpoints are the replicas, all with the same port. One that comes or goes is a reload."), CheckService);

    public static IReadOnlyList<Option> All { get; } = [PeersAddress, Peers, PeersService];

    public static ControllerSettings Read(ParseResult result, ControllerSettings settings) => settings with
    {
        PeerAddress = Endpoints(result.GetValue(PeersAddress)).FirstOrDefault(),
        Peers = Endpoints(result.GetValue(Peers)).OfType<Endpoint>().ToEquatableArray(),
        PeersService = Service(result.GetValue(PeersService)),
    };

    private static IEnumerable<Endpoint?> Endpoints(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(item => IPEndPoint.TryParse(item, out var found) && found.Port > 0 ? new Endpoint(found.Address, found.Port, Draining: false) : null);

    private static NamespacedName? Service(string? text) => text is not null && Kinds.ObjectName.Parse(text, out var name) ? name : null;

    private static void CheckEndpoints(OptionResult result)
    {
        if (result.GetValueOrDefault<string>() is { } text && Endpoints(text).Any(endpoint => endpoint is null))
        {
            result.AddError($"{result.Option.Name}: '{text}' cannot be used, expected an address with a port such as 10.0.0.7:10000.");
        }
    }

    private static void CheckService(OptionResult result)
    {
        if (result.GetValueOrDefault<string>() is { } text && Service(text) is null)
        {
            result.AddError($"{result.Option.Name}: '{text}' is not one, expected NAMESPACE/NAME.");
        }
    }
}
