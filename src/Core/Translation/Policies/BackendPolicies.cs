using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings ask for of a backend.</summary>
internal static class BackendPolicies
{
    private const string CheckedHost = "health";

    /// <summary>The policy; null if what is asked for cannot be had, so that no pod may be spoken to.</summary>
    public static BackendPolicy? Read(SettingLayers settings, List<Finding> findings)
    {
        if (!TryReadFastCgi(settings, findings, out var scripts))
        {
            return null;
        }

        var policy = new BackendPolicy
        {
            Balance = settings.Read(Balancing.LoadBalance).Balance,
            MaxConnectionsPerPod = settings.Read(Balancing.PodMaxconn),
            Weight = settings.Read(Balancing.ServerWeight),
            HasCookie = settings.Read(Affinity.CookieName) is not null,
            Repetition = new Repetition(settings.Read(Upstream.Retries), settings.Read(Upstream.RetryOn)),
            Reuse = settings.Read(Upstream.HttpReuse),
            SlowStart = settings.Read(Upstream.SlowStart),
            AbortOnClose = settings.Read(Upstream.AbortOnClose),
            IsTls = IsTls(settings),
            Protocol = settings.Read(Upstream.ServerProto),
            FastCgi = scripts,
            ProxyProtocol = settings.Read(Upstream.SendProxyProtocol),
            Compression = settings.Read(Payloads.Compression)
                ? new Compression(settings.Read(Payloads.CompressionTypes), settings.Read(Payloads.CompressionMinSize)!.Value) : null,
            Check = ReadCheck(settings, findings),
            Agent = settings.Read(Checks.AgentPort) is { } agent ? new AgentCheck(agent, settings.Read(Checks.AgentInterval)!.Value) : null,
        };
        return policy == BackendPolicy.Standard ? BackendPolicy.Standard : policy;
    }

    /// <summary>Whether pods are spoken to over TLS: where certificates are asked for, too.</summary>
    public static bool IsTls(SettingLayers settings) =>
        settings.Read(Upstream.ServerSsl) || settings.Has(PodTls.ServerCa) || settings.Has(PodTls.ServerCrt);

    private static bool TryReadFastCgi(SettingLayers settings, List<Finding> findings, out FastCgi? scripts)
    {
        var isAsked = settings.Read(Upstream.ServerProto) == ServerProtocol.FastCgi;
        scripts = isAsked && settings.Read(FastCgis.Docroot) is { } root ? new FastCgi(root, settings.Read(FastCgis.Index)!) : null;
        if (isAsked && scripts is null)
        {
            settings.Report(settings.SourceOf(Upstream.ServerProto)!, "fcgi needs fcgi-docroot, which says where the scripts are; requests get 503", findings, Upstream.ServerProto);
        }

        return !isAsked || scripts is not null;
    }

    private static HealthCheck? ReadCheck(SettingLayers settings, List<Finding> findings)
    {
        var (request, passive) = (settings.Read(Checks.CheckHttp), settings.Read(Checks.CheckPassive));
        if (passive is not null && settings.Read(Checks.Check) == false)
        {
            settings.Report(
                settings.SourceOf(Checks.CheckPassive)!, "a pod that failed comes back by a check only, and check is false; it does nothing", findings, Checks.CheckPassive);
        }

        return !(settings.Read(Checks.Check) ?? (request is not null || passive is not null))
            ? null
            : new HealthCheck(settings.Read(Checks.CheckInterval)!.Value, settings.Read(Checks.CheckRise), settings.Read(Checks.CheckFall))
            {
                Http = request is null ? null : ReadHttp(request, settings),
                Timeout = settings.Read(Timeouts.Check),
                Passive = passive is { } countsAnswers ? new PassiveCheck(countsAnswers, settings.Read(Checks.CheckPassiveLimit)) : null,
            };
    }

    // Of HTTP/2 without TLS, pods get no scheme where the target does not begin with it, and refuse that.
    private static HttpCheck ReadHttp(CheckRequest request, SettingLayers settings)
    {
        var host = settings.Read(Checks.CheckHost) ?? request.Host ?? CheckedHost;
        var isClearHttp2 = settings.Read(Upstream.ServerProto) == ServerProtocol.Http2 && !IsTls(settings);
        return new HttpCheck(new CheckRequest(request.Method, isClearHttp2 ? $"http://{host}{request.Uri}" : request.Uri), host, settings.Read(Checks.CheckStatus));
    }
}
