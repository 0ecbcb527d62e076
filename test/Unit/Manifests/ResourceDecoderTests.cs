using System.Net;
using Sluice.Core.Resources;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Manifests;

public sealed class ResourceDecoderTests
{
    [Fact]
    public void An_ingress_is_read_with_all_its_parts()
    {
        var ingress = Manifest.Decode<IngressResource>("""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: shop
              namespace: sales
              creationTimestamp: 2026-01-02T03:04:05Z
              annotations: {text: a, truth: true, number: 1.10, nothing: }
              labels: {ignored: x}
            spec:
              ingressClassName: sluice
              defaultBackend: {resource: {apiGroup: k8s.example.com, kind: Bucket, name: assets}}
              rules:
                - host: Shop.Example.com
                  http:
                    paths:
                      - {pathType: Exact, path: /a, backend: {service: {name: web, port: {number: 80}}}}
                      - {pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
                      - {path: "", backend: {service: {name: web, port: {number: 81}}}}
                - host: bare.example.com
              tls:
                - {hosts: [shop.example.com], secretName: cert}
                - {}
            """);

        var expected = new IngressResource(Manifest.Id("shop", "sales"))
        {
            CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Annotations = new Dictionary<string, string> { ["text"] = "a", ["truth"] = "true", ["number"] = "1.10", ["nothing"] = "" }.ToEquatableMap(),
            ClassName = "sluice",
            DefaultBackend = new IngressBackend.Other("Bucket", "assets"),
            Rules =
            [
                new IngressRule("Shop.Example.com",
                [
                    new IngressPath("/a", PathType.Exact, new IngressBackend.Service("web", new PortRef("", 80))),
                    new IngressPath("/", PathType.Prefix, new IngressBackend.Service("web", new PortRef("http", 0))),
                    new IngressPath("/", PathType.ImplementationSpecific, new IngressBackend.Service("web", new PortRef("", 81))),
                ]),
                new IngressRule("bare.example.com", []),
            ],
            Tls = [new IngressTls(["shop.example.com"], "cert"), new IngressTls([], "")],
        };
        Assert.Equal(expected, ingress);
    }

    [Theory]
    [InlineData("'true'", true)]
    [InlineData("true", true)]
    [InlineData("'false'", false)]
    public void An_ingress_class_may_be_the_default(string value, bool isDefault)
    {
        var ingressClass = Manifest.Decode<IngressClassResource>(
            "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata:\n  name: sluice\n"
            + $"  annotations: {{ingressclass.kubernetes.io/is-default-class: {value}}}\nspec: {{controller: example.com/sluice}}\n");

        Assert.Equal(("sluice", "example.com/sluice", isDefault), (ingressClass.Name, ingressClass.Controller, ingressClass.IsDefault));
    }

    [Fact]
    public void A_service_has_its_tcp_ports()
    {
        var service = Manifest.Decode<ServiceResource>("""
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              externalName: not.used
              publishNotReadyAddresses: true
              ports: [{name: http, port: 80, targetPort: web}, {name: dns, port: 53, protocol: UDP}, {port: 81, protocol: TCP, targetPort: 8081}]
            """);

        Assert.Equal([new ServicePort("http", 80), new ServicePort("", 81)], service.Ports);
        Assert.True(service.PublishNotReadyAddresses);
        Assert.Null(service.ExternalName);
    }

    [Fact]
    public void An_external_name_is_taken_as_written() =>
        Assert.Equal("API.example.com.", Manifest.Decode<ServiceResource>(
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, externalName: API.example.com.}\n").ExternalName);

    [Fact]
    public void A_slice_has_its_endpoints_with_absent_conditions_resolved()
    {
        var slice = Manifest.Decode<EndpointSliceResource>("""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: http, port: 8080}, {name: none}, {name: udp, port: 1, protocol: UDP}, {port: 81}]
            endpoints:
              - addresses: [10.0.0.1, 10.0.0.9]
              - {addresses: [10.0.0.2], conditions: {ready: false}}
              - {addresses: [10.0.0.3], conditions: {ready: false, serving: true, terminating: true}}
              - {addresses: ["2001:db8::1"], conditions: {ready: null}}
            """);

        Assert.Equal(new NamespacedName("default", "web"), slice.Service);
        Assert.Equal([new EndpointPort("http", 8080), new EndpointPort("", 81)], slice.Ports);
        Assert.Equal(
            [
                new SliceEndpoint(IPAddress.Parse("10.0.0.1"), Ready: true, Serving: true, Terminating: false),
                new SliceEndpoint(IPAddress.Parse("10.0.0.2"), Ready: false, Serving: false, Terminating: false),
                new SliceEndpoint(IPAddress.Parse("10.0.0.3"), Ready: false, Serving: true, Terminating: true),
                new SliceEndpoint(IPAddress.Parse("2001:db8::1"), Ready: true, Serving: true, Terminating: false),
            ],
            slice.Endpoints);
    }

    [Theory]
    [InlineData("metadata: {name: x, labels: {kubernetes.io/service-name: web}}\naddressType: FQDN\nendpoints: [{addresses: [a.example.com]}]\n")]
    [InlineData("metadata: {name: x}\naddressType: IPv4\n")]
    public void A_slice_of_names_or_of_no_service_is_ignored(string text)
    {
        var file = Manifest.Read("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n" + text);
        Assert.Empty(file.Objects);
        Assert.Empty(file.Findings);
        Assert.Equal(0, file.UnknownKinds);
    }

    [Fact]
    public void A_secret_holds_its_bytes_and_its_plain_text_wins()
    {
        var secret = Manifest.Decode<SecretResource>("""
            apiVersion: v1
            kind: Secret
            metadata: {name: s}
            type: kubernetes.io/tls
            data:
              tls.crt: /wA=
              both: YQ==
              lines: |
                YWJj
                ZGVm
            stringData: {both: é, number: 5}
            """);

        Assert.Equal("kubernetes.io/tls", secret.Type);
        Assert.Equal("ÿ\0", secret.Data["tls.crt"]!.Reveal);
        Assert.Equal("Ã©", secret.Data["both"]!.Reveal);
        Assert.Equal("abcdef", secret.Data["lines"]!.Reveal);
        Assert.Equal("5", secret.Data["number"]!.Reveal);
    }

    [Fact]
    public void A_config_map_takes_bare_numbers_and_truth_values_as_text()
    {
        var map = Manifest.Decode<ConfigMapResource>("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: 5, b: true, c: x}\n");
        Assert.Equal("{a: 5, b: true, c: x}", map.Data.ToString());
    }

    [Theory]
    [InlineData("metadata: {name: n}\n", false)]
    [InlineData("metadata: {name: n}\nstatus: {phase: Terminating}\n", true)]
    [InlineData("metadata: {name: n, deletionTimestamp: 2026-01-01T00:00:00Z}\n", true)]
    public void A_namespace_may_be_terminating(string text, bool isTerminating) =>
        Assert.Equal(new NamespaceResource("n", isTerminating), Manifest.Decode<NamespaceResource>("apiVersion: v1\nkind: Namespace\n" + text));

    [Theory]
    [InlineData("networking.k8s.io/v1", "Ingress", "{}", "metadata.name", "Expected a DNS name, found nothing.")]
    [InlineData("networking.k8s.io/v1", "Ingress", "{name: Shop}", "metadata.name", "Expected a DNS name, found \"Shop\".")]
    [InlineData("v1", "Service", "{name: a.b}", "metadata.name", "Expected a DNS label, found \"a.b\".")]
    [InlineData("v1", "Service", "{name: a, namespace: A}", "metadata.namespace", "Expected a DNS label, found \"A\".")]
    [InlineData("v1", "Service", "{name: 5}", "metadata.name", "Expected text (put it in quotes), found a number.")]
    [InlineData("v1", "Service", "[]", "metadata", "Expected a mapping, found something else.")]
    [InlineData("v1", "Service", "{name: a, creationTimestamp: soon}", "metadata.creationTimestamp", "Expected a time (RFC 3339), found something else.")]
    [InlineData("v1", "ConfigMap", "{name: a, annotations: {a.b/c: [1]}}", "metadata.annotations[a.b/c]", "Expected text, found a list.")]
    public void Wrong_metadata_is_told_with_its_field(string version, string kind, string metadata, string field, string problem)
    {
        var finding = Manifest.Finding($"apiVersion: {version}\nkind: {kind}\nmetadata: {metadata}\n");

        Assert.Equal(FindingCode.InvalidObject, finding.Code);
        Assert.Equal(field, finding.Field);
        Assert.Equal($"{problem} The object is left out.", finding.Message);
        Assert.Equal(new SourceLocation("dir/a.yaml", 3), finding.Location);
    }

    [Theory]
    [InlineData("backend: {service: {name: web, port: {number: 99999}}}", ".backend.service.port.number", "Expected a number from 1 to 65535, found 99999.")]
    [InlineData("backend: {service: {name: web, port: {number: 0}}}", ".backend.service.port.number", "Expected a number from 1 to 65535, found 0.")]
    [InlineData("backend: {service: {name: web, port: {number: abc}}}", ".backend.service.port.number", "Expected a whole number (without quotes), found \"abc\".")]
    [InlineData("backend: {service: {name: web, port: {name: A}}}", ".backend.service.port.name", "Expected the name of a port, found \"A\".")]
    [InlineData("backend: {service: {name: web, port: {name: a, number: 1}}}", ".backend.service.port", "Expected either a name or a number, found both.")]
    [InlineData("backend: {service: {name: web, port: {}}}", ".backend.service.port", "Expected a name or a number, found neither.")]
    [InlineData("backend: {service: {name: web}}", ".backend.service.port", "Expected a name or a number, found neither.")]
    [InlineData("backend: {service: {port: {number: 1}}}", ".backend.service.name", "Expected the name of a Service, found nothing.")]
    [InlineData("backend: {}", ".backend", "Expected a service or a resource, found neither.")]
    [InlineData("backend: {service: {}, resource: {}}", ".backend", "Expected either a service or a resource, found both.")]
    [InlineData("backend: 5", ".backend", "Expected a mapping, found something else.")]
    [InlineData("path: /", ".backend", "Expected a backend, found nothing.")]
    [InlineData("pathType: prefix", ".pathType", "Expected Exact, Prefix or ImplementationSpecific, found \"prefix\".")]
    [InlineData("{path: /a, path: /b}", ".path", "Expected each key once, found one that stands twice.")]
    public void A_wrong_path_of_an_ingress_is_told_with_its_field_and_line(string path, string field, string problem)
    {
        var finding = Manifest.Finding(
            $"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\nspec:\n  rules:\n  - host: x\n  - http:\n      paths:\n      - {path}\n");

        Assert.Equal(Manifest.Ref("Ingress", "shop"), finding.Object);
        Assert.Equal("spec.rules[1].http.paths[0]" + field, finding.Field);
        Assert.Equal($"{problem} The object is left out.", finding.Message);
        Assert.Equal(10, finding.Location!.Line);
    }

    [Theory]
    [InlineData("v1", "Service", "spec:\n  ports:\n  - port: 70000\n", "spec.ports[0].port", 6)]
    [InlineData("v1", "Service", "spec:\n  ports:\n  - name: http\n", "spec.ports[0].port", 6)]
    [InlineData("v1", "Service", "spec:\n  ports:\n  - name: h_t\n    port: 1\n", "spec.ports[0].name", 6)]
    [InlineData("v1", "Service", "spec:\n  ports: 5\n", "spec.ports", 5)]
    [InlineData("v1", "Service", "spec:\n  ports:\n  - port: 1\n  -\n", "spec.ports[1]", 7)]
    [InlineData("v1", "Service", "spec:\n  publishNotReadyAddresses: 'true'\n", "spec.publishNotReadyAddresses", 5)]
    [InlineData("v1", "Secret", "data:\n  a: YQ==\n  tls.key: secret!\n", "data[tls.key]", 6)]
    [InlineData("v1", "Secret", "data:\n  a: YQ==\n  b: 5\n", "data.b", 6)]
    [InlineData("discovery.k8s.io/v1", "EndpointSlice", "endpoints:\n- addresses: [10.0.0.1]\n- addresses:\n  - 10.0.1\n", "endpoints[1].addresses[0]", 7)]
    [InlineData("discovery.k8s.io/v1", "EndpointSlice", "endpoints:\n- addresses: ['010.0.0.1']\n", "endpoints[0].addresses[0]", 5)]
    [InlineData("discovery.k8s.io/v1", "EndpointSlice", "endpoints:\n- addresses: []\n", "endpoints[0].addresses", 5)]
    [InlineData("discovery.k8s.io/v1", "EndpointSlice", "ports:\n- port: 0\n", "ports[0].port", 5)]
    public void A_wrong_field_is_told_with_its_line(string version, string kind, string text, string field, int line)
    {
        var finding = Manifest.Finding($"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x, labels: {{kubernetes.io/service-name: web}}}}\n{text}");

        Assert.Equal(FindingCode.InvalidObject, finding.Code);
        Assert.Equal((field, line), (finding.Field, finding.Location!.Line));
        Assert.DoesNotContain("secret!", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_field_of_a_json_file_is_told_with_its_line()
    {
        var finding = Manifest.Finding("{\n\"apiVersion\": \"v1\",\n\"kind\": \"Service\", \"metadata\": {\"name\": \"x\"},\n\"spec\": {\"ports\": [\n{\"port\": \"abc\"}]}}", "a.json");

        Assert.Equal(("spec.ports[0].port", 5), (finding.Field, finding.Location!.Line));
    }
}
