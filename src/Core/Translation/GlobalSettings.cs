using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Resources;
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

    public static GlobalSettings Read(ClusterSnapshot cluster, TranslationOptions options, ServiceSettings services, List<Finding> findings)
    {
        var config = options.ConfigFile ?? cluster.ConfigMaps.GetValueOrDefault(options.Config);
        var source = config?.Ref ?? new ResourceRef("ConfigMap", options.Config);
        var values = SettingValues.Read(source, Scopes.Global, config?.Data ?? default, findings);
        var settings = new SettingLayers(values);
        findings.AddRange(cluster.Countries is null ? RoutePolicies.WithoutCountries(source, Scopes.Global, values) : []);
        var fallback = settings.Read(Globals.DefaultBackend);
        var ofFallback = fallback is { } named ? new SettingLayers(services.Of(named.Service), values) : settings;
        var secrets = new AskedSecrets(cluster.Secrets, new References(cluster.ReferenceGrants, settings.Read(Globals.AllowCrossNamespace)));
        var policy = RoutePolicies.Read(ofFallback, source, cluster.Countries is not null, secrets, findings).WithoutHttpsRedirect();
        return new GlobalSettings
        {
            Source = source,
            Policy = new GlobalPolicy
            {
                TrustedProxies = settings.Read(Globals.TrustedProxies),
                ServerHeader = settings.Read(Globals.ServerHeader),
                MaxConnections = settings.Read(Globals.MaxConnections),
                Countries = cluster.Countries,
                RateLimitSize = settings.Read(RateLimits.Size),
                Timeouts = ReadTimeouts(settings),
            },
            Values = values,
            DefaultPolicy = policy,
            Secrets = secrets.Asked,
            AllowsCrossNamespace = settings.Read(Globals.AllowCrossNamespace),
            DefaultBackend = fallback is { } port ? new BackendId(port.Service, port.Port, BackendPolicies.Read(ofFallback)) : null,
            DefaultCertificate = settings.Read(Globals.DefaultCertificate),
        };
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
