using Sluice.Controller.Cluster;
using Sluice.Controller.Manifests;
using Sluice.Core.Annotations;
using Sluice.Core.Haproxy;
using Sluice.Core.Model;
using Sluice.Core.Translation;
using Sluice.Core.Values;

namespace Sluice.Controller;

/// <summary>What the operator chose at start, read once from flags and environment.</summary>
public sealed record ControllerSettings
{
    /// <summary>The folder of manifests that is served, unless a cluster is.</summary>
    public string Manifests { get; init; } = "";

    /// <summary>The cluster that is served; null for a folder of manifests.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>Whether somebody else starts HAProxy from our files, as another container of the pod does.</summary>
    public bool ExternalHaproxy { get; init; }

    /// <summary>The HAProxy executable.</summary>
    public required string Haproxy { get; init; }

    /// <summary>The executable of which the agent is a verb: our own.</summary>
    public string Program { get; init; } = Environment.ProcessPath ?? "sluice";

    /// <summary>The folder for HAProxy's files and sockets. Its path must be short: a socket's is at most 107 bytes.</summary>
    public required string StateDir { get; init; }

    /// <summary>The address that the listeners are bound to.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    public int HttpPort { get; init; } = 8080;

    public int HttpsPort { get; init; } = 8443;

    /// <summary>The port that clients use for http, where it differs from <see cref="HttpPort"/>.</summary>
    public int? PublicHttpPort { get; init; }

    /// <summary>The port that clients use for https, where it differs from <see cref="HttpsPort"/>.</summary>
    public int? PublicHttpsPort { get; init; }

    /// <summary>The port of the admin server; null if there is to be none.</summary>
    public int? AdminPort { get; init; }

    /// <summary>The port at which HAProxy itself tells whether traffic may be sent to it; null if it is to have none.</summary>
    public int? HealthPort { get; init; }

    /// <summary>How long to go on as before when told to stop, not ready any more, so that load balancers notice.</summary>
    public TimeSpan ShutdownDelay { get; init; }

    /// <summary>How long HAProxy may then take to finish what it has begun.</summary>
    public TimeSpan GracePeriod { get; init; }

    /// <summary>How much time there is at least between two reloads; what needs one waits, everything else is applied.</summary>
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often what HAProxy holds is read back and compared; where that takes long, less often.</summary>
    public TimeSpan ReadBackInterval { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long the agent may answer nothing before it is ended.</summary>
    public TimeSpan AgentPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The ConfigMap with the global settings: <c>namespace/name</c> in the source, or the path of a manifest file.</summary>
    public string Config { get; init; } = "sluice-system/sluice";

    /// <summary>The database of countries: a CSV file; empty for none.</summary>
    public string Countries { get; init; } = "";

    /// <summary>Whether lines of HAProxy's own language in the ConfigMap count.</summary>
    public bool AllowSnippets { get; init; }

    /// <summary>How often to look whether the database of countries changed.</summary>
    public TimeSpan CountriesInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where other replicas find the counts for rate limits of this one; null if they are not shared.</summary>
    public Endpoint? PeerAddress { get; init; }

    /// <summary>The other replicas, where they are always the same.</summary>
    public EquatableArray<Endpoint> Peers { get; init; }

    /// <summary>The Service whose endpoints are the replicas; null for none.</summary>
    public NamespacedName? PeersService { get; init; }

    internal Layout Layout => new(
        Path.GetFullPath(StateDir).TrimEnd('/'), Bind, HttpPort, HttpsPort, PublicHttpPort ?? HttpPort, PublicHttpsPort ?? HttpsPort)
    {
        HealthPort = HealthPort,
        PeerAddress = PeerAddress,
    };

    /// <summary>The ConfigMap to read from the source; null if it is read from a file.</summary>
    internal NamespacedName? ConfigName => !File.Exists(Config) && Kinds.ObjectName.Parse(Config, out var name) ? name : null;

    // A folder may hold no IngressClass at all: then a plain Ingress is ours.
    internal TranslationOptions TranslationOptions(Certificate selfSigned)
    {
        var options = new TranslationOptions
        {
            SelfSigned = selfSigned,
            AllowsSnippets = AllowSnippets,
            ImpliedClass = Cluster is null ? "sluice" : null,
            PeerAddress = PeerAddress,
            Peers = Peers,
            PeersService = PeersService,
        };
        if (!File.Exists(Config))
        {
            return Kinds.ObjectName.Parse(Config, out var name) && name is { } given
                ? options with { Config = given }
                : throw new InvalidDataException($"--config: '{Config}' is neither a file nor NAMESPACE/NAME.");
        }

        var config = ManifestReader.ReadConfigMap(Config);
        return options with { Config = config.Id, ConfigFile = config };
    }
}
