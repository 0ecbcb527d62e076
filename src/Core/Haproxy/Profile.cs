using Sluice.Core.Haproxy.Features;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy;

/// <summary>
/// What a backend cannot be given at run time, but takes over from a named defaults section: those that are usual are in
/// the program from the start.
/// </summary>
internal sealed record Profile(Balance Balance)
{
    public static readonly Profile Standard = new(Balance.RoundRobin);

    /// <summary>The profiles that every program has.</summary>
    public static IReadOnlyList<Profile> Usual { get; } = [.. Enum.GetValues<Balance>().Select(balance => new Profile(balance))];

    /// <summary>The profile that a policy needs.</summary>
    public static Profile Of(BackendPolicy policy) => new(policy.Balance);

    public string Name => this == Standard ? Names.StandardProfile : Algorithm;

    /// <summary>The section of the program.</summary>
    public string Text(Layout layout) => $"""
        defaults {Name} from base
          balance {Algorithm}
          option redispatch
          retries 3
          http-reuse safe
        {string.Join('\n', RouteFeatures.BackendRules(layout).Select(rule => $"  {rule}"))}

        """;

    private string Algorithm => Balance switch
    {
        Balance.LeastConnections => "leastconn",
        Balance.First => "first",
        Balance.Random => "random",
        _ => "roundrobin",
    };
}
