using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings ask for of a backend.</summary>
internal static class BackendPolicies
{
    public static BackendPolicy Read(SettingLayers settings)
    {
        var policy = new BackendPolicy
        {
            Balance = settings.Read(Balancing.LoadBalance),
            MaxConnectionsPerPod = settings.Read(Balancing.PodMaxconn),
        };
        return policy == BackendPolicy.Standard ? BackendPolicy.Standard : policy;
    }
}
