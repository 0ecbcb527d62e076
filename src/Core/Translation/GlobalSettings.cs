using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The controller's ConfigMap, read.</summary>
internal sealed record GlobalSettings
{
    public required ResourceRef Source { get; init; }

    public required GlobalPolicy Policy { get; init; }

    public bool SslRedirect { get; init; }

    public bool AllowsCrossNamespace { get; init; }

    public BackendId? DefaultBackend { get; init; }

    public NamespacedName? DefaultCertificate { get; init; }

    public static GlobalSettings Read(ClusterSnapshot cluster, TranslationOptions options, List<Finding> findings)
    {
        var config = options.ConfigFile ?? cluster.ConfigMaps.GetValueOrDefault(options.Config);
        var source = config?.Ref ?? new ResourceRef("ConfigMap", options.Config);
        var reader = new SettingReader(source, Scopes.Global, config?.Data ?? default, findings);
        reader.ReportUnknown();
        return new GlobalSettings
        {
            Source = source,
            Policy = new GlobalPolicy
            {
                TrustedProxies = reader.Read(Globals.TrustedProxies),
                ServerHeader = reader.Read(Globals.ServerHeader),
                MaxConnections = reader.Read(Globals.MaxConnections),
            },
            SslRedirect = reader.Read(Redirects.SslRedirect),
            AllowsCrossNamespace = reader.Read(Globals.AllowCrossNamespace),
            DefaultBackend = reader.Read(Globals.DefaultBackend) is { } port ? new BackendId(port.Service, port.Port) : null,
            DefaultCertificate = reader.Read(Globals.DefaultCertificate),
        };
    }
}
