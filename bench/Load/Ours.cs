using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Controller.Proxy;
using Sluice.Core.Haproxy;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Sluice.Core.Values;

namespace Sluice.Bench.Load;

/// <summary>Our configuration: the files that the controller writes for Ingresses with five paths each, all to one Service.</summary>
internal static class Ours
{
    private const string Service = "app";

    /// <summary>Writes the files and returns those that HAProxy is started with.</summary>
    public static IReadOnlyList<string> Write(string folder, int port, int httpsPort, int origin, int hosts, EquatableMap<string> annotations = default)
    {
        var layout = RouteSet.Layout(folder, port, httpsPort);
        var cluster = ClusterSnapshot.Empty with
        {
            Ingresses = Enumerable.Range(0, hosts)
                .Select(index => RouteSet.Ingress($"app-{index}", RouteSet.Host(index), RouteSet.Paths, Service) with { Annotations = annotations })
                .ToTable(ingress => ingress.Id),
            Services = new[] { RouteSet.Service(Service) }.ToTable(service => service.Id),
            EndpointSlices = Table.Empty<NamespacedName, ServiceSlices>().SetItem(RouteSet.Id(Service), RouteSet.Slices(Service, IPAddress.Loopback, origin)),
            Now = DateTimeOffset.UtcNow,
        };
        var translation = Translator.Translate(cluster, RouteSet.Options());
        new StateFiles(layout, NullLogger<StateFiles>.Instance).Write(Renderer.Render(translation.Model, layout));
        return [layout.ProgramFile, layout.BackendsFile];
    }
}
