using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings ask for of a backend.</summary>
internal static class BackendPolicies
{
    private const string CheckedHost = "health";

    public static BackendPolicy Read(SettingLayers settings)
    {
        var policy = new BackendPolicy
        {
            Balance = settings.Read(Balancing.LoadBalance).Balance,
            MaxConnectionsPerPod = settings.Read(Balancing.PodMaxconn),
            HasCookie = settings.Read(Affinity.CookieName) is not null,
            Repetition = new Repetition(settings.Read(Upstream.Retries), settings.Read(Upstream.RetryOn)),
            Reuse = settings.Read(Upstream.HttpReuse),
            SlowStart = settings.Read(Upstream.SlowStart),
            AbortOnClose = settings.Read(Upstream.AbortOnClose),
            IsTls = settings.Read(Upstream.ServerSsl),
            Protocol = settings.Read(Upstream.ServerProto),
            ProxyProtocol = settings.Read(Upstream.SendProxyProtocol),
            Check = ReadCheck(settings),
        };
        return policy == BackendPolicy.Standard ? BackendPolicy.Standard : policy;
    }

    private static HealthCheck? ReadCheck(SettingLayers settings)
    {
        var request = settings.Read(Checks.CheckHttp);
        return !(settings.Read(Checks.Check) ?? request is not null)
            ? null
            : new HealthCheck(settings.Read(Checks.CheckInterval)!.Value, settings.Read(Checks.CheckRise), settings.Read(Checks.CheckFall))
            {
                Http = request is null ? null : new HttpCheck(request, settings.Read(Checks.CheckHost) ?? CheckedHost, settings.Read(Checks.CheckStatus)),
            };
    }
}
