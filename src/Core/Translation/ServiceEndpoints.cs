using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The endpoints of a Service port: from all its slices, each address once, by the conditions that Kubernetes defines.</summary>
internal static class ServiceEndpoints
{
    public static EquatableArray<Endpoint> Find(ServiceResource service, ServicePort port, EquatableArray<EndpointSliceResource> slices)
    {
        var endpoints = new SortedSet<Endpoint>();
        foreach (var slice in slices)
        {
            foreach (var listening in slice.Ports)
            {
                if (listening.Name == port.Name)
                {
                    Add(endpoints, service, slice, listening.Number);
                }
            }
        }

        return endpoints.ToEquatableArray();
    }

    private static void Add(SortedSet<Endpoint> endpoints, ServiceResource service, EndpointSliceResource slice, int port)
    {
        foreach (var endpoint in slice.Endpoints)
        {
            var ready = endpoint.Ready || service.PublishNotReadyAddresses;
            if (!ready && !(endpoint.Serving && endpoint.Terminating))
            {
                continue;
            }

            // An endpoint may stand in two slices while it moves between them; ready in one is ready.
            var found = new Endpoint(endpoint.Address, port, Draining: !ready);
            if (!endpoints.Add(found) && ready)
            {
                endpoints.Remove(found);
                endpoints.Add(found);
            }
        }
    }
}
