using System.Net;
using Sluice.Core.Resources;
using Xunit;

namespace Sluice.Unit.Translation;

public sealed class BackendTests
{
    private static readonly IngressResource Ingress = Make.Simple("web");

    [Fact]
    public void The_endpoints_of_all_slices_serve_each_once_in_order()
    {
        var result = Make.Cluster(
            Ingress, Make.Service("web"),
            Make.Slice("web", "web-2", [Make.Ready("10.0.0.3"), Make.Ready("10.0.0.1")]),
            Make.Slice("web", "web-1", [Make.Ready("10.0.0.2"), Make.Ready("10.0.0.1"), Make.Ready("2001:db8::1")])).Translated();

        Assert.Equal(["shop/web:80 10.0.0.1:8080 10.0.0.2:8080 10.0.0.3:8080 2001:db8::1:8080"], result.Backends());
        Assert.Empty(result.Findings);
    }

    [Fact]
    public void Only_ready_endpoints_serve_and_terminating_ones_that_still_serve_are_drained()
    {
        var address = IPAddress.Parse("10.0.0.1");
        Assert.Equal("shop/web:80 10.0.0.1:8080", With(new SliceEndpoint(address, Ready: true, Serving: true, Terminating: false)));
        Assert.Equal("shop/web:80", With(new SliceEndpoint(address, Ready: false, Serving: false, Terminating: false)));
        Assert.Equal("shop/web:80", With(new SliceEndpoint(address, Ready: false, Serving: true, Terminating: false)));
        Assert.Equal("shop/web:80 10.0.0.1:8080 (draining)", With(new SliceEndpoint(address, Ready: false, Serving: true, Terminating: true)));
        Assert.Equal("shop/web:80", With(new SliceEndpoint(address, Ready: false, Serving: false, Terminating: true)));

        static string With(SliceEndpoint endpoint) =>
            Make.Cluster(Ingress, Make.Service("web"), Make.Slice("web", "web-1", [endpoint])).Translated().Backends().Single();
    }

    [Fact]
    public void A_service_that_publishes_addresses_that_are_not_ready_gets_them_all()
    {
        var endpoint = new SliceEndpoint(IPAddress.Parse("10.0.0.1"), Ready: false, Serving: false, Terminating: false);
        var service = Make.Service("web") with { PublishNotReadyAddresses = true };

        Assert.Equal(["shop/web:80 10.0.0.1:8080"], Make.Cluster(Ingress, service, Make.Slice("web", "web-1", [endpoint])).Translated().Backends());
    }

    [Fact]
    public void An_endpoint_that_is_ready_in_one_slice_is_ready()
    {
        var draining = new SliceEndpoint(IPAddress.Parse("10.0.0.1"), Ready: false, Serving: true, Terminating: true);
        SliceEndpoint[] both = [draining, Make.Ready("10.0.0.1")];

        foreach (var (first, second) in new[] { (both[0], both[1]), (both[1], both[0]) })
        {
            var result = Make.Cluster(Ingress, Make.Service("web"), Make.Slice("web", "a", [first]), Make.Slice("web", "b", [second])).Translated();
            Assert.Equal(["shop/web:80 10.0.0.1:8080"], result.Backends());
        }
    }

    [Fact]
    public void A_port_by_name_and_by_number_finds_the_ports_of_the_slices_by_the_name_of_the_service_port()
    {
        var service = Make.Service("web", new ServicePort("http", 80), new ServicePort("admin", 9000));
        var slice = Make.Slice("web", "10.0.0.1") with { Ports = [new EndpointPort("admin", 9001), new EndpointPort("http", 8080)] };
        var ingress = Make.Ingress("web", Make.Rule("", Make.Prefix("/"), Make.Prefix("/n", port: 9000), Make.Prefix("/m") with { Backend = Make.ToNamed("web", "admin") }));

        Assert.Equal(
            ["shop/web:80 10.0.0.1:8080", "shop/web:9000 10.0.0.1:9001", "shop/web:admin 10.0.0.1:9001"],
            Make.Cluster(ingress, service, slice).Translated().Backends());
    }

    [Fact]
    public void A_service_or_port_that_is_missing_is_told_at_each_place_that_names_it_and_gets_503()
    {
        var ingress = Make.Ingress("web", Make.Rule("", Make.Prefix("/a", "gone"), Make.Prefix("/b", "web", 81))) with { DefaultBackend = Make.To("gone") };
        var result = Make.Cluster(ingress, Make.Service("web"), Make.Slice("web", "10.0.0.1")).Translated();

        Assert.Equal(["shop/gone:80", "shop/web:81"], result.Backends());
        Assert.Equal(
            [
                "ServiceNotFound Ingress shop/web spec.defaultBackend",
                "ServiceNotFound Ingress shop/web spec.rules[0].http.paths[0].backend",
                "PortNotFound Ingress shop/web spec.rules[0].http.paths[1].backend",
            ],
            result.Problems());
    }

    [Fact]
    public void A_service_that_comes_later_is_found()
    {
        var cluster = Make.Cluster(Ingress);
        var first = cluster.Translated();
        var second = cluster.With(Make.Service("web"), Make.Slice("web", "10.0.0.1")).Translated(first);

        Assert.Single(first.Findings);
        Assert.Empty(second.Findings);
        Assert.Equal(["shop/web:80 10.0.0.1:8080"], second.Backends());
    }

    [Fact]
    public void A_backend_that_is_no_service_gets_503()
    {
        var other = new IngressBackend.Other("StorageBucket", "assets");
        var result = Make.Cluster(Make.Ingress("web", Make.Rule("", new IngressPath("/", PathType.Prefix, other)))).Translated();

        Assert.Equal(["* Prefix / > -"], result.Routes());
        Assert.Equal(["UnsupportedBackend Ingress shop/web spec.rules[0].http.paths[0].backend.resource"], result.Problems());
    }

    [Fact]
    public void An_external_name_is_asked_for_and_its_addresses_serve()
    {
        var service = Make.Service("web", new ServicePort("http", 8443)) with { ExternalName = "API.Example.net." };
        var ingress = Make.Ingress("web", Make.Rule("", Make.Prefix("/", port: 443), Make.Prefix("/n", port: 8443)));
        var cluster = Make.Cluster(ingress, service);
        var first = cluster.Translated();
        var resolved = new ResolvedAddresses([IPAddress.Parse("192.0.2.2"), IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")]);
        var second = (cluster with { ExternalAddresses = cluster.ExternalAddresses.SetItem("api.example.net", resolved) }).Translated(first);

        Assert.Equal(["api.example.net"], first.ExternalNames);
        Assert.Equal(["shop/web:443", "shop/web:8443"], first.Backends());
        Assert.Equal(["shop/web:443 192.0.2.1:443 192.0.2.2:443", "shop/web:8443 192.0.2.1:8443 192.0.2.2:8443"], second.Backends());
        Assert.Empty(second.Findings);
    }

    [Fact]
    public void An_external_name_must_be_a_dns_name_and_its_port_a_number()
    {
        var service = Make.Service("web") with { ExternalName = "not a name", Ports = [] };
        var bad = Make.Cluster(Ingress, service).Translated();
        Assert.Equal(["InvalidExternalName Ingress shop/web spec.rules[0].http.paths[0].backend"], bad.Problems());
        Assert.Empty(bad.ExternalNames);

        var named = Make.Ingress("web", Make.Rule("", Make.Prefix("/") with { Backend = Make.ToNamed("web", "http") }));
        Assert.Equal(
            ["PortNotFound Ingress shop/web spec.rules[0].http.paths[0].backend"],
            Make.Cluster(named, service with { ExternalName = "api.example.net" }).Translated().Problems());
    }

    [Fact]
    public void A_backend_that_nobody_names_any_more_goes_and_shared_ones_stay()
    {
        var other = Make.Simple("other", host: "other.example.com");
        var cluster = Make.Cluster(Ingress, other, Make.Service("web"));
        var first = cluster.Translated();
        var second = cluster.Without(other).Translated(first);
        var third = cluster.Without(other).Without(Ingress).Translated(second);

        Assert.Equal(["shop/web:80"], second.Backends());
        Assert.Empty(third.Backends());
        Assert.Empty(third.Routes());
    }

    [Fact]
    public void A_change_of_endpoints_leaves_everything_else_the_same_objects()
    {
        var cluster = Make.Cluster(Ingress, Make.Service("web"), Make.Slice("web", "10.0.0.1"), Make.Simple("other", "o.example.com", service: "other"), Make.Service("other"));
        var first = cluster.Translated();
        var second = cluster.With(Make.Slice("web", "10.0.0.2")).Translated(first);

        Assert.Same(first.Model.Hosts, second.Model.Hosts);
        Assert.Same(first.Model.Certificates, second.Model.Certificates);
        Assert.Equal(["shop/web:80"], second.Model.Backends.ChangesSince(first.Model.Backends).Select(change => change.Key.ToString()));
    }
}
