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
    /// <param name="folder">Where.</param>
    /// <param name="port">For http.</param>
    /// <param name="httpsPort">For https.</param>
    /// <param name="origin">The port of the pod.</param>
    /// <param name="hosts">How many there are.</param>
    /// <param name="annotations">Those of each host.</param>
    /// <param name="ofAnother">Those of one host more; none if there is none.</param>
    public static IReadOnlyList<string> Write(
        string folder, int port, int httpsPort, int origin, int hosts, EquatableMap<string> annotations = default, EquatableMap<string> ofAnother = default)
    {
        var layout = RouteSet.Layout(folder, port, httpsPort);
        var cluster = ClusterSnapshot.Empty with
        {
            Ingresses = Enumerable.Range(0, hosts)
                .Select(index => RouteSet.Ingress($"app-{index}", RouteSet.Host(index), RouteSet.Paths, Service) with { Annotations = annotations })
                .Concat(ofAnother.Count == 0 ? [] : [RouteSet.Ingress("another", "another.example.com", ["/"], Service) with { Annotations = ofAnother }])
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
