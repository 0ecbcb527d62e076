using Sluice.Behaviour.Harness;
using Sluice.Bench.Propagation;

namespace Sluice.Bench.Resilience;

/// <summary>A bad object as the text of a file, with the finding that it must give.</summary>
internal sealed record Poison(string Name, string Code, string Text);

/// <summary>One bad object of each kind. What each of them spoils is its own: its host is its name.</summary>
internal static class Poisons
{
    /// <param name="good">An application whose host others may not take.</param>
    public static IReadOnlyList<Poison> All(App good) =>
    [
        new("no-yaml", "UnreadableFile", "kind: [Ingress\n  : :\n"),
        new("odd-shape", "InvalidObject", Ingress("odd-shape", "  rules: { host: 7 }\n")),
        new("odd-slice", "InvalidObject", App.Slice("odd-slice", 80, "999.0.0.1")),
        new("odd-host", "InvalidHost", Ingress("odd-host", Rule("under_score.*.example.com"))),
        new("odd-path", "InvalidPath", Ingress("odd-path", Rule("odd-path.example.com", "no-slash"))),
        new("odd-expression", "InvalidPath", Ingress("odd-expression", Rule("odd-expression.example.com", "/(a", "ImplementationSpecific"), "sluice.dev/path-type: regex")),
        new("no-service", "ServiceNotFound", Ingress("no-service", Rule("no-service.example.com"))),
        new("no-port", "PortNotFound", Ingress("no-port", Rule("no-port.example.com", service: App.Service, port: 81))),
        new("odd-external", "InvalidExternalName", Ingress("odd-external", Rule("odd-external.example.com", service: "odd-external")) + External("odd-external", "not a name!")),
        new("odd-backend", "UnsupportedBackend", Ingress("odd-backend", "  defaultBackend: { resource: { kind: Bucket, name: b } }\n")),
        new("taken", "RouteConflict", Ingress("taken", Rule(good.Host))),
        new("twice", "DuplicateRule", Ingress("twice", Rule("twice.example.com") + Rule("twice.example.com").Replace("  rules:\n", "", StringComparison.Ordinal))),
        new("zz-again", "DuplicateObject", Ingress(good.Name, Rule("again.example.com"))),
        new("odd-setting", "InvalidSetting", Ingress("odd-setting", Rule("odd-setting.example.com"), "sluice.dev/ssl-redirect: perhaps")),
        new("no-setting", "UnknownSetting", Ingress("no-setting", Rule("no-setting.example.com"), "sluice.dev/nonsense: x")),
        new("no-secret", "SecretNotFound", Tls("no-secret")),
        new("no-pem", "InvalidCertificate", Tls("no-pem") + Secret("no-pem", new BenchCertificate("", "no PEM", "no PEM"))),
        new("other-key", "InvalidCertificate", Tls("other-key") + Secret("other-key", BenchCertificate.Create("a") with { KeyPem = BenchCertificate.Create("b").KeyPem })),
        new("other-host", "CertificateHostMismatch", Tls("other-host") + Secret("other-host", BenchCertificate.Create("another.example.com"))),
        new("weak", "RefusedByHaproxy", Tls("weak") + Secret("weak", WithOldAuthority("weak.example.com"))),
    ];

    private static string Ingress(string name, string spec, string annotation = "") => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: {{name}}
          namespace: {{RouteSet.Namespace}}
          annotations: { {{annotation}} }
        spec:
        {{spec}}
        """;

    private static string Rule(string host, string path = "/", string type = "Prefix", string service = "missing", int port = 80) => $$"""
          rules:
          - host: "{{host}}"
            http:
              paths:
                - { path: "{{path}}", pathType: {{type}}, backend: { service: { name: {{service}}, port: { number: {{port}} } } } }

        """;

    private static string Tls(string name) =>
        Ingress(name, $"  tls:\n  - {{ hosts: [{name}.example.com], secretName: {name} }}\n" + Rule($"{name}.example.com", service: App.Service));

    private static string Secret(string name, BenchCertificate certificate) => "---\n" + App.Secret(name, certificate);

    private static BenchCertificate WithOldAuthority(string host)
    {
        var certificate = BenchCertificate.Create(host);
        return certificate with { CertificatePem = $"{certificate.CertificatePem}\n{OldAuthority.Certificate}" };
    }

    private static string External(string name, string target) => $$"""
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: {{name}}, namespace: {{RouteSet.Namespace}} }
        spec: { type: ExternalName, externalName: "{{target}}" }

        """;
}
