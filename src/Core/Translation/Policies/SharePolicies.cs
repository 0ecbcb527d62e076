using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>Which Services share the requests of the rules of an Ingress.</summary>
/// <param name="ingress">The Ingress.</param>
/// <param name="services">The settings of Services.</param>
/// <param name="policies">What the settings of a Service ask for beside those of the Ingress.</param>
/// <param name="findings">Where it is told what is wrong.</param>
internal sealed class SharePolicies(
    ResourceRef ingress, ServiceSettings services, Func<NamespacedName, (RoutePolicy Route, BackendPolicy? Backend)> policies, List<Finding> findings)
{
    private bool isUsed;

    /// <summary>The route with what its Service shares, where that is asked for.</summary>
    /// <param name="route">The route; its policy is that of its own Service.</param>
    /// <param name="port">The port of its Service.</param>
    /// <param name="settings">What is set for its Service, without the global settings.</param>
    public RouteCandidate AddTo(RouteCandidate route, string port, SettingLayers settings)
    {
        if (settings.Read(Sharing.ServiceWeights) is not { Count: > 0 } listed || route is not { Service: { } own, Canary: null } || settings.SourceOf(Sharing.ServiceWeights) is not { } source)
        {
            return route;
        }

        if (listed.All(service => service.Name != own.Name))
        {
            TellOfService(source, own, settings);
            return route;
        }

        isUsed |= source == ingress;
        findings.AddRange(listed.Where(service => service.Name != own.Name)
            .SelectMany(service => SettingNeeds.OfRoute(services.Of(own with { Name = service.Name }), $"Service {own.Name}, whose requests it shares,")));
        if (route.Policy.IsClosed)
        {
            return route;
        }

        var shares = listed.Select(service => Share(own with { Name = service.Name }, service.Port ?? port, service.Weight)).ToEquatableArray();
        var policy = With(shares, route.Policy);

        // Its own Service may be in maintenance as each of the others.
        var isOpen = settings.SourceOf(Availability.Maintenance) is { Kind: "Service" } && shares.Any(share => share.Backend is not null && share.Weight > 0);
        return route with { Policy = isOpen ? policy with { Maintenance = null } : policy, SharedBy = source };
    }

    /// <summary>Tells of weights that are for no rule.</summary>
    public void TellUnused(SettingLayers settings, bool isCanary)
    {
        if (settings.Read(Sharing.ServiceWeights).Count > 0 && !isUsed)
        {
            settings.Report(
                ingress, isCanary ? "what a canary takes is not shared; this has no effect" : "expected the Service of a rule among them; nothing is shared", findings, Sharing.ServiceWeights);
        }
    }

    // An Ingress has rules for other Services, too.
    private void TellOfService(ResourceRef source, NamespacedName own, SettingLayers settings)
    {
        if (source != ingress)
        {
            settings.Report(source, $"expected {own.Name} itself among them; nothing is shared", findings, Sharing.ServiceWeights);
        }
    }

    // One whose guard cannot be set up takes none, nor does one in maintenance.
    private ServiceShare Share(NamespacedName service, string port, int weight) => policies(service) is { Route: { IsClosed: false, Maintenance: null }, Backend: { } policy }
        ? new ServiceShare(service, new BackendId(service, port, policy), weight)
        : new ServiceShare(service, null, weight);

    // What backends need of the route they bring along, where the route does not need it for its own. With sessions at some,
    // there are sessions at all, or clients would gather at where there are.
    private RoutePolicy With(EquatableArray<ServiceShare> shares, RoutePolicy route)
    {
        var others = shares.Select(share => policies(share.Service).Route).ToList();
        var session = route.Session ?? others.Select(other => other.Session).FirstOrDefault(session => session is not null);
        return route with
        {
            Shares = session is null ? shares : shares.Select(share => share with { Backend = share.Backend?.WithCookie() }).ToEquatableArray(),
            HashKey = route.HashKey ?? others.Select(other => other.HashKey).FirstOrDefault(key => key is not null),
            Session = session,
        };
    }
}
