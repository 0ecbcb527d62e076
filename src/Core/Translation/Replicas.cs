using System.Globalization;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The other replicas of the controller, whose counts for rate limits are added to those of this one.</summary>
internal static class Replicas
{
    // Each has tables of its own in every HAProxy, which a request with a limit is looked up in.
    private const int MostOthers = 15;

    public static EquatableArray<Endpoint> Others(ClusterSnapshot cluster, TranslationOptions options, List<Finding> findings)
    {
        if (options.PeerAddress is not { } own)
        {
            return [];
        }

        var others = options.Peers.Concat(Endpoints(cluster, options, own, findings))
            .Where(peer => peer.Address.AddressFamily == own.Address.AddressFamily && peer.CompareTo(own) != 0)
            .Distinct().Order().ToEquatableArray();
        if (others.Count > MostOthers)
        {
            findings.Add(NotShared(options, string.Create(CultureInfo.InvariantCulture, $"there are {others.Count} other replicas, and counts can be shared with {MostOthers} at most")));
            return [];
        }

        return others;
    }

    // All that there are, also those that do not serve yet or any more: a replica that comes has its counts from the start.
    private static IEnumerable<Endpoint> Endpoints(ClusterSnapshot cluster, TranslationOptions options, Endpoint own, List<Finding> findings)
    {
        if (options.PeersService is not { } service)
        {
            return [];
        }

        if (cluster.EndpointSlices.GetValueOrDefault(service) is not { } slices)
        {
            findings.Add(NotShared(options, "it has no EndpointSlice that could be read, so that it is not known which replicas there are"));
            return [];
        }

        return slices.Slices.SelectMany(slice => slice.Endpoints).Select(endpoint => new Endpoint(endpoint.Address, own.Port, Draining: false));
    }

    private static Finding NotShared(TranslationOptions options, string problem) => new(
        options.PeersService is { } service ? new ResourceRef("Service", service) : new ResourceRef("ConfigMap", options.Config),
        "",
        FindingCode.CountsNotShared,
        $"{problem}; rate limits hold for each replica by itself");
}
