using System.Net;
using Sluice.Core.Haproxy;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Sluice.Core.Values;

namespace Sluice.Bench;

/// <summary>Ingresses as they are found in the wild: a host each, some paths, a Service with its endpoints.</summary>
internal static class RouteSet
{
    public const string Namespace = "bench";

    public static readonly string[] Paths = ["/", "/api", "/api/v2/orders", "/static", "/login"];

    private static readonly string[] Words = ["shop", "blog", "billing", "search", "auth", "media", "status", "docs", "mail", "admin"];

    public static string Host(int index) => $"{Words[index % Words.Length]}-{(uint)index * 2654435769u % 100_000:00000}-{index}.example.com";

    public static NamespacedName Id(string name) => new(Namespace, name);

    public static IngressResource Ingress(string name, string host, IEnumerable<string> paths, string service) => new(Id(name))
    {
        Rules =
        [
            new IngressRule(host, paths
                .Select(path => new IngressPath(path, PathType.Prefix, new IngressBackend.Service(service, new PortRef("", 80))))
                .ToEquatableArray()),
        ],
    };

    public static ServiceResource Service(string name) => new(Id(name)) { Ports = [new ServicePort("", 80)] };

    public static ServiceSlices Slices(string service, IPAddress address, int port) => new(
    [
        new EndpointSliceResource(Id(service), service)
        {
            Ports = [new EndpointPort("", port)],
            Endpoints = [new SliceEndpoint(address, Ready: true, Serving: true, Terminating: false)],
        },
    ]);

    public static TranslationOptions Options()
    {
        var pem = BenchCertificate.Create("default.example.com").Pem;
        return new TranslationOptions
        {
            ImpliedClass = "sluice",
            SelfSigned = CertificateReader.TryRead(pem, pem, out var problem) ?? throw new InvalidOperationException(problem),
        };
    }

    public static Layout Layout(string folder, int httpPort, int httpsPort) => new(folder, "127.0.0.1", httpPort, httpsPort, httpPort, httpsPort);
}
