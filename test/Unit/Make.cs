using System.Net;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Unit;

/// <summary>Short ways to make the objects of a cluster. All are in the namespace <c>shop</c> unless told otherwise.</summary>
internal static class Make
{
    /// <summary>The time of all snapshots.</summary>
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static NamespacedName Id(string name, string scope = "shop") => new(scope, name);

    /// <summary>A snapshot with these objects.</summary>
    public static ClusterSnapshot Cluster(params Resource[] objects) => new ClusterSnapshot { Now = Now }.With(objects);

    public static ClusterSnapshot With(this ClusterSnapshot cluster, params Resource[] objects) => objects.Aggregate(cluster, (all, item) => item switch
    {
        IngressResource ingress => all with { Ingresses = all.Ingresses.SetItem(ingress.Id, ingress) },
        IngressClassResource ingressClass => all with { IngressClasses = all.IngressClasses.SetItem(ingressClass.Name, ingressClass) },
        ServiceResource service => all with { Services = all.Services.SetItem(service.Id, service) },
        EndpointSliceResource slice => all with { EndpointSlices = all.EndpointSlices.SetItem(slice.Service, WithSlice(all, slice)) },
        SecretResource secret => all with { Secrets = all.Secrets.SetItem(secret.Id, secret) },
        ConfigMapResource config => all with { ConfigMaps = all.ConfigMaps.SetItem(config.Id, config) },
        _ => throw new ArgumentException(item.Kind, nameof(objects)),
    });

    public static ClusterSnapshot Without(this ClusterSnapshot cluster, Resource item) => item switch
    {
        IngressResource => cluster with { Ingresses = cluster.Ingresses.Remove(item.Id) },
        IngressClassResource ingressClass => cluster with { IngressClasses = cluster.IngressClasses.Remove(ingressClass.Name) },
        ServiceResource => cluster with { Services = cluster.Services.Remove(item.Id) },
        EndpointSliceResource slice => cluster with { EndpointSlices = cluster.EndpointSlices.Remove(slice.Service) },
        SecretResource => cluster with { Secrets = cluster.Secrets.Remove(item.Id) },
        ConfigMapResource => cluster with { ConfigMaps = cluster.ConfigMaps.Remove(item.Id) },
        _ => throw new ArgumentException(item.Kind, nameof(item)),
    };

    public static IngressResource Ingress(string name, params IngressRule[] rules) => new(Id(name)) { Rules = [.. rules] };

    public static IngressRule Rule(string host, params IngressPath[] paths) => new(host, [.. paths]);

    /// <summary>An Ingress for one host and path to port 80 of a Service.</summary>
    public static IngressResource Simple(string name, string host = "shop.example.com", string path = "/", string service = "web") =>
        Ingress(name, Rule(host, Prefix(path, service)));

    public static IngressPath Prefix(string path, string service = "web", int port = 80) => new(path, PathType.Prefix, To(service, port));

    public static IngressPath Exact(string path, string service = "web") => new(path, PathType.Exact, To(service));

    public static IngressPath Free(string path, string service = "web") => new(path, PathType.ImplementationSpecific, To(service));

    public static IngressBackend To(string service, int port = 80) => new IngressBackend.Service(service, new PortRef("", port));

    public static IngressBackend ToNamed(string service, string port) => new IngressBackend.Service(service, new PortRef(port, 0));

    public static IngressResource Annotated(this IngressResource ingress, string key, string value) =>
        ingress with { Annotations = ingress.Annotations.Append(KeyValuePair.Create(key, value)).ToEquatableMap() };

    /// <summary>With a creation time, as many days after an origin.</summary>
    public static IngressResource OnDay(this IngressResource ingress, int day) => ingress with { CreatedAt = DateTimeOffset.UnixEpoch.AddDays(day) };

    public static IngressResource WithTls(this IngressResource ingress, string secret, params string[] hosts) =>
        ingress with { Tls = [.. ingress.Tls, new IngressTls([.. hosts], secret)] };

    /// <summary>A Service with port 80, named http.</summary>
    public static ServiceResource Service(string name, params ServicePort[] ports) =>
        new(Id(name)) { Ports = ports.Length > 0 ? [.. ports] : [new ServicePort("http", 80)] };

    /// <summary>A slice with ready endpoints on port 8080, named http.</summary>
    public static EndpointSliceResource Slice(string service, params string[] addresses) => Slice(service, $"{service}-1", addresses.Select(Ready));

    public static EndpointSliceResource Slice(string service, string name, IEnumerable<SliceEndpoint> endpoints) =>
        new(Id(name), service) { Ports = [new EndpointPort("http", 8080)], Endpoints = endpoints.ToEquatableArray() };

    public static SliceEndpoint Ready(string address) => new(IPAddress.Parse(address), Ready: true, Serving: true, Terminating: false);

    public static SecretResource Secret(string name, TestCertificate certificate) => Secret(name, certificate.Chain, certificate.Key);

    public static SecretResource Secret(string name, string chain, string key) => new(Id(name), "kubernetes.io/tls", new Dictionary<string, Sensitive>
    {
        ["tls.crt"] = new(chain),
        ["tls.key"] = new(key),
    }.ToEquatableMap());

    /// <summary>The controller's ConfigMap.</summary>
    public static ConfigMapResource Config(params (string Key, string Value)[] settings) =>
        new(new NamespacedName("sluice-system", "sluice"), settings.ToDictionary(s => s.Key, s => s.Value).ToEquatableMap());

    /// <summary>A ConfigMap that settings can name.</summary>
    public static ConfigMapResource Named(string name, params (string Key, string Value)[] entries) => new(Id(name), entries.ToDictionary(e => e.Key, e => e.Value).ToEquatableMap());

    public static IngressClassResource Class(string name, string controller = "sluice.dev/ingress-controller", bool isDefault = false) =>
        new(name, controller, isDefault);

    private static ServiceSlices WithSlice(ClusterSnapshot cluster, EndpointSliceResource slice)
    {
        var others = cluster.EndpointSlices.GetValueOrDefault(slice.Service)?.Slices ?? [];
        return new ServiceSlices(others.Where(other => other.Id != slice.Id).Append(slice).OrderBy(item => item.Id).ToEquatableArray());
    }
}
