using System.Net;
using CsCheck;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Unit.Properties;

/// <summary>One step from a cluster to its neighbour.</summary>
internal sealed record Edit(string Text, Func<ClusterSnapshot, ClusterSnapshot> Apply)
{
    /// <summary>True if only endpoints may differ.</summary>
    public bool IsOfEndpoints { get; init; }

    public override string ToString() => Text;
}

/// <summary>Random edits of a small world, in which names, hosts and paths are few and so meet often.</summary>
internal static class World
{
    private static readonly TestCertificate[] Certificates =
        [TestCertificate.Shop, TestCertificate.OtherShop, TestCertificate.Wildcard, TestCertificate.RsaShop];

    // Its Secret never changes, so that no last good certificate comes into play when it expires.
    private static readonly TestCertificate Expiring = TestCertificate.Valid(Make.Now.AddHours(2), Make.Now.AddHours(5), "shop.example.com");

    private static readonly Gen<string> Host =
        Gen.OneOf("", "shop.example.com", "api.example.com", "*.example.com", "a.b.example.com", "*.b.example.com", "bad_host");

    private static readonly Gen<IngressBackend> Backend = Gen.OneOf(
        Make.To("web"), Make.To("api"), Make.To("ext"), Make.To("web", 81), Make.ToNamed("web", "http"), Make.To("gone"), new IngressBackend.Other("Bucket", "b"));

    private static readonly Gen<IngressPath> Path = Gen.Select(
        Gen.OneOf("/", "/a", "/a/", "/a/b", "/b|.*", "/[0-9]+", "//"), Gen.Enum<PathType>(), Backend, (path, type, backend) => new IngressPath(path, type, backend));

    private static readonly Gen<IngressTls> Tls = Gen.Select(
        Gen.OneOf("tls-0", "tls-1", "expiring", "gone", ""), Host.Where(host => host.Length > 0).Array[0, 2], (secret, hosts) => new IngressTls([.. hosts], secret));

    private static readonly Gen<(string Key, string Value)> Annotation = Gen.OneOf(
        ("sluice.dev/ssl-redirect", "false"), ("sluice.dev/ssl-redirect", "x"), ("nginx.ingress.kubernetes.io/ssl-redirect", "false"),
        ("sluice.dev/cookie-persistence", "route"), ("sluice.dev/load-balance", "header:x"), ("sluice.dev/check-http", "/health"), ("sluice.dev/check-http", "/"),
        ("sluice.dev/server-ca", "tls-0"), ("sluice.dev/server-crt", "tls-1"), ("sluice.dev/server-ca", "gone"), ("sluice.dev/server-ssl", "true"),
        ("sluice.dev/error-pages", "pages"), ("sluice.dev/allow-list", "configmap:list"), ("sluice.dev/deny-list", "patterns/a,10.0.0.0/8"),
        ("sluice.dev/service-weights", "web=1,api=2,gone=1"), ("sluice.dev/service-weights", "web=0,web-v2=1,ext:80=1"),
        ("sluice.dev/canary", "true"), ("sluice.dev/path-type", "regex"), ("sluice.dev/path-type", "prefix"), ("sluice.dev/path-tipe", "prefix"), ("kubernetes.io/ingress.class", "theirs"));

    private static readonly Gen<IngressResource> Ingress = Gen.Select(
        Gen.Int[0, 4], Gen.Select(Host, Path.Array[0, 3], Make.Rule).Array[0, 3], Tls.Array[0, 2], Annotation.Array[0, 2], Gen.Int[0, 3],
        Gen.OneOf(Make.To("web"), Make.To("api"), null, null, null),
        (name, rules, tls, annotations, day, fallback) => annotations.DistinctBy(a => a.Key).Aggregate(
            Make.Ingress($"in-{name}", rules) with
            {
                DefaultBackend = fallback,
                Tls = [.. tls],
                CreatedAt = day == 0 ? null : DateTimeOffset.UnixEpoch.AddDays(day),
            },
            (ingress, annotation) => ingress.Annotated(annotation.Key, annotation.Value)));

    private static readonly Gen<SliceEndpoint> Endpoint = Gen.Select(
        Gen.Int[1, 6], Gen.Int[0, 3], (last, kind) => new SliceEndpoint(IPAddress.Parse($"10.0.0.{last}"), kind < 2, kind < 3, kind >= 2));

    private static readonly Gen<EndpointSliceResource> Slice = Gen.Select(
        Gen.OneOf("web", "api"), Gen.Int[0, 1], Endpoint.Array[0, 4], (service, part, endpoints) => Make.Slice(service, $"{service}-{part}", endpoints));

    private static readonly Gen<ServiceResource> Service = Gen.OneOf(
        Make.Service("web"), Make.Service("web", new("http", 80), new("admin", 81)), Make.Service("api"), Make.Service("web") with { PublishNotReadyAddresses = true },
        Make.Service("ext") with { ExternalName = "ext.example.net" }, Make.Service("ext") with { ExternalName = "not a name" },
        Make.Service("api") with { ExternalName = "ext.example.net" },
        Make.Service("web") with { Annotations = Naming("gone") }, Make.Service("web") with { Annotations = Naming("tls-1") },
        Make.Service("api") with { Annotations = new Dictionary<string, string> { ["sluice.dev/service-weights"] = "api=1,web=1" }.ToEquatableMap() });

    private static readonly Gen<ConfigMapResource> Config = Gen.OneOf(
        Make.Config(), Make.Config(("ssl-redirect", "false")), Make.Config(("default-backend", "shop/web:80")), Make.Config(("default-backend", "shop/gone:80")),
        Make.Config(("default-certificate", "shop/tls-0")), Make.Config(("server-header", "false"), ("nonsense", "x")),
        Make.Config(("trusted-proxies", "10.0.0.0/8")), Make.Config(("error-pages", "shop/pages"), ("error-pages-intercept", "404")), Make.Config(("pattern-files", "shop/list")),
        Make.Config(("allow-list", "configmap:shop/list/a")));

    // What settings name.
    private static readonly Gen<ConfigMapResource> Named = Gen.OneOf(
        Make.Named("pages", ("404", "lost")), Make.Named("pages", ("404.json", "{}"), ("4xx", "x")), Make.Named("pages", ("503", "down")),
        Make.Named("list", ("a", "10.0.0.0/8")), Make.Named("list", ("a", "10.0.0.0/8\n192.0.2.1"), ("b", "::1")), Make.Named("list", ("a", "x")));

    private static readonly Gen<IngressClassResource> Class = Gen.OneOf(
        Make.Class("sluice"), Make.Class("sluice", isDefault: true), Make.Class("theirs"), Make.Class("theirs", "example.com/x"), Make.Class("sluice", "example.com/x"));

    /// <summary>A cluster to start from, in which something is served.</summary>
    public static ClusterSnapshot Start { get; } = Make.Cluster(
        Make.Simple("in-0").WithTls("tls-0", "shop.example.com"), Make.Simple("in-1", "api.example.com", service: "api"),
        Make.Service("web"), Make.Service("api"), Make.Slice("web", "10.0.0.1", "10.0.0.2"), Make.Slice("api", "10.0.0.3"),
        Make.Secret("tls-0", TestCertificate.Shop), Make.Secret("expiring", Expiring));

    public static Gen<Edit> EndpointEdits { get; } = Slice.Select(Put).Select(edit => edit with { IsOfEndpoints = true });

    // Secrets with certificates only come and change: one that goes leaves its last good certificate.
    public static Gen<Edit> Edits { get; } = Gen.Frequency(
        (6, Ingress.Select(Put)),
        (2, Gen.Int[0, 4].Select(i => Drop(Make.Ingress($"in-{i}")))),
        (2, Service.Select(Put)),
        (1, Gen.OneOf("web", "api", "ext").Select(name => Drop(Make.Service(name)))),
        (5, EndpointEdits),
        (1, Gen.OneOf("web", "api").Select(name => Drop(Make.Slice(name)))),
        (2, Gen.Select(Gen.Int[0, 1], Gen.OneOf(Certificates), (i, certificate) => Put(Make.Secret($"tls-{i}", certificate)))),
        (1, Config.Select(Put)),
        (2, Named.Select(Put)),
        (1, Gen.OneOf("pages", "list").Select(name => Drop(Make.Named(name)))),
        (1, Class.Select(Put)),
        (1, Gen.OneOf("sluice", "theirs").Select(name => Drop(Make.Class(name)))),
        (1, Gen.Int[1, 3].Select(hours => new Edit($"{hours} hours pass", cluster => cluster with { Now = cluster.Now.AddHours(hours) }))),
        (1, Gen.Int[0, 2].Select(Resolve)));

    private static Edit Put(Resource item) => new($"put {item}", cluster => cluster.With(item));

    private static Edit Drop(Resource item) => new($"remove {item.Ref}", cluster => cluster.Without(item));

    private static Edit Resolve(int count)
    {
        var addresses = new ResolvedAddresses([.. Enumerable.Range(1, count).Select(i => IPAddress.Parse($"192.0.2.{i}"))]);
        return new($"DNS answers {addresses}", cluster => cluster with { ExternalAddresses = cluster.ExternalAddresses.SetItem("ext.example.net", addresses) });
    }

    private static EquatableMap<string> Naming(string secret) => new[] { KeyValuePair.Create("sluice.dev/server-ca", secret) }.ToEquatableMap();
}
