using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Translation.ConfigMaps;
using Sluice.Core.Translation.Policies;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The controller's ConfigMap, read.</summary>
internal sealed record GlobalSettings
{
    public required ResourceRef Source { get; init; }

    public required GlobalPolicy Policy { get; init; }

    /// <summary>What is set there for all Ingresses and Services.</summary>
    public required SettingValues Values { get; init; }

    /// <summary>What happens to requests that only the default backend answers.</summary>
    public required RoutePolicy DefaultPolicy { get; init; }

    /// <summary>The Secrets that these settings ask for of themselves.</summary>
    public EquatableArray<NamespacedName> Secrets { get; init; }

    public bool AllowsCrossNamespace { get; init; }

    public BackendId? DefaultBackend { get; init; }

    public NamespacedName? DefaultCertificate { get; init; }

    /// <summary>The pages for errors of all routes that have none of their own.</summary>
    public SharedList<ErrorPage>? Pages { get; init; }

    /// <summary>The ConfigMaps that it names, there or not.</summary>
    public EquatableArray<NamespacedName> ConfigMaps { get; init; }

    public static GlobalSettings Read(
        ClusterSnapshot cluster, TranslationOptions options, ServiceSettings services, NamedConfigMaps configMaps, List<Finding> findings)
    {
        var config = options.ConfigFile ?? cluster.ConfigMaps.GetValueOrDefault(options.Config);
        var source = config?.Ref ?? new ResourceRef("ConfigMap", options.Config);
        var values = SettingValues.Read(source, Scopes.Global, config?.Data ?? default, findings);
        var settings = new SettingLayers(values);
        findings.AddRange(cluster.Countries is null ? RoutePolicies.WithoutCountries(source, Scopes.Global, values) : []);
        var fallback = settings.Read(Globals.DefaultBackend) is { } asked ? WithPort(asked, cluster) : default(ServicePortName?);
        var ofFallback = fallback is { } named ? new SettingLayers(services.Of(named.Service), values) : settings;
        var references = new References(cluster.ReferenceGrants, settings.Read(Globals.AllowCrossNamespace));
        var secrets = new AskedSecrets(cluster.Secrets, references, findings);
        var podTls = new PodTlsPolicies(new PodSecrets(cluster.Secrets), secrets, findings);
        var use = new ConfigMapUse(configMaps, references, findings);
        var ofBackend = fallback is null ? BackendPolicy.Standard : podTls.AddTo(BackendPolicies.Read(ofFallback, findings), ofFallback);
        var ofRoute = RoutePolicies.Read(ofFallback, source, cluster.Countries is not null, (secrets, use), findings).WithoutTls();
        return new GlobalSettings
        {
            Source = source,
            Policy = new GlobalPolicy
            {
                TrustedProxies = settings.Read(Globals.TrustedProxies),
                ServerHeader = settings.Read(Globals.ServerHeader),
                MaxConnections = settings.Read(Globals.MaxConnections),
                Threads = settings.Read(Globals.Threads),
                ConnectionMode = settings.Read(Globals.ConnectionMode),
                ProxyProtocol = settings.Read(Globals.ProxyProtocol),
                TlsAlpn = settings.Read(Globals.TlsAlpn),
                Countries = cluster.Countries,
                Peers = Replicas.Others(cluster, options, findings),
                RateLimitSize = settings.Read(RateLimits.Size),
                Timeouts = ReadTimeouts(settings),
                Snippets = ReadSnippets(settings, options.AllowsSnippets, source, findings),
                Cache = ReadCache(settings, source, findings),
            },
            Values = values,
            DefaultPolicy = ofBackend is null ? new RoutePolicy { IsClosed = true } : ofRoute,
            AllowsCrossNamespace = references.AllowsAll,
            DefaultBackend = fallback is { } port ? new BackendId(port.Service, port.Port, ofBackend ?? BackendPolicy.Standard) : null,
            Secrets = secrets.Asked,
            DefaultCertificate = settings.Read(Globals.DefaultCertificate),
            Pages = ErrorPolicies.ReadForAll(settings, source, use),
            ConfigMaps = use.Asked,
        };
    }

    // That a Service is not there is told where its pods are looked for.
    private static ServicePortName WithPort(ServicePortName name, ClusterSnapshot cluster)
    {
        const int UsualPort = 80;
        return name.Port.Length > 0 ? name
            : name with { Port = $"{(cluster.Services.GetValueOrDefault(name.Service)?.Ports is { Count: > 0 } ports ? ports[0].Number : UsualPort)}" };
    }

    private static ProgramSnippets ReadSnippets(SettingLayers settings, bool areAllowed, ResourceRef source, List<Finding> findings)
    {
        Setting[] all = [Snippets.Global, Snippets.Defaults, Snippets.Frontend, Snippets.Backend];
        foreach (var setting in areAllowed ? [] : all)
        {
            settings.Report(source, FindingCode.SnippetNotAllowed, "lines for HAProxy count only where the option --allow-snippets is given; they are ignored", findings, setting);
        }

        return !areAllowed ? ProgramSnippets.None : new ProgramSnippets(
            settings.Read(Snippets.Global) ?? "", settings.Read(Snippets.Defaults) ?? "", settings.Read(Snippets.Frontend) ?? "", settings.Read(Snippets.Backend) ?? "");
    }

    private static CachePolicy ReadCache(SettingLayers settings, ResourceRef source, List<Finding> findings)
    {
        const int Megabyte = 1 << 20;
        var (size, asked) = (settings.Read(Payloads.CacheSize), settings.Read(Payloads.CacheMaxObjectSize)!.Value);
        var most = (long)size * Megabyte / 2;
        if (asked > most)
        {
            settings.Report(source, $"cache-max-object-size is more than half of cache-size; it is {most}", findings, Payloads.CacheMaxObjectSize, Payloads.CacheSize);
        }

        return new CachePolicy(size, Math.Clamp(asked, 1024, most), Math.Max(1, (int)settings.Read(Payloads.CacheMaxAge)!.Value.TotalSeconds));
    }

    private static GlobalTimeouts ReadTimeouts(SettingLayers settings) => new()
    {
        Client = settings.Read(Timeouts.Client),
        Connect = settings.Read(Timeouts.Connect),
        Queue = settings.Read(Timeouts.Queue),
        HttpRequest = settings.Read(Timeouts.HttpRequest),
        HttpKeepAlive = settings.Read(Timeouts.HttpKeepAlive),
        ClientFin = settings.Read(Timeouts.ClientFin),
        ServerFin = settings.Read(Timeouts.ServerFin),
        HardStop = settings.Read(Timeouts.HardStopAfter),
    };
}
