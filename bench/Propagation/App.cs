namespace Sluice.Bench.Propagation;

/// <summary>An application as the text of one manifest file: an Ingress for a host, its Service, and one pod.</summary>
internal sealed record App(string Name, string Host, string Address, int Port, bool IsTls = false, string ExtraPath = "")
{
    public const string Service = "other";

    public string File => Name + ".yaml";

    public string Text => Routing + "---\n" + Slice(Name, Port, Address);

    /// <summary>The Ingress and the Service.</summary>
    public string Routing => $"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: {Name}
          namespace: {RouteSet.Namespace}
        spec:
        {(IsTls ? $"  tls:\n    - hosts: [{Host}]\n      secretName: {Name}\n" : "")}  rules:
            - host: {Host}
              http:
                paths:
                  - path: /
                    pathType: Prefix
                    backend:
                      service:
                        name: {Name}
                        port:
                          number: 80
        {(ExtraPath.Length > 0 ? Extra : "")}---
        {ServiceText(Name)}
        """;

    private string Extra => $$"""
                  - path: {{ExtraPath}}
                    pathType: Prefix
                    backend: { service: { name: {{Service}}, port: { number: 80 } } }

        """;

    /// <summary>A Service with one pod.</summary>
    public static string Pods(string name, string address, int port) => ServiceText(name) + "---\n" + Slice(name, port, address);

    /// <summary>The endpoints of a Service.</summary>
    public static string Slice(string name, int port, params IEnumerable<string> addresses) => $"""
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: {name}
          namespace: {RouteSet.Namespace}
          labels:
            kubernetes.io/service-name: {name}
        addressType: IPv4
        ports:
          - port: {port}
        endpoints:
          {string.Join("\n  ", addresses.Select(address => $"- addresses: [{address}]"))}

        """;

    /// <summary>The certificate of an application's host, as the text of a manifest file.</summary>
    public static string Secret(string name, BenchCertificate certificate) => $"""
        apiVersion: v1
        kind: Secret
        metadata:
          name: {name}
          namespace: {RouteSet.Namespace}
        type: kubernetes.io/tls
        data:
          tls.crt: {BenchCertificate.Base64(certificate.CertificatePem)}
          tls.key: {BenchCertificate.Base64(certificate.KeyPem)}

        """;

    private static string ServiceText(string name) => $"""
        apiVersion: v1
        kind: Service
        metadata:
          name: {name}
          namespace: {RouteSet.Namespace}
        spec:
          ports:
            - port: 80

        """;
}
