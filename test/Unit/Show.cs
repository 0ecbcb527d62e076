using Sluice.Core.Haproxy;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Translation;

namespace Sluice.Unit;

/// <summary>The stages from snapshot to HAProxy with the settings of all tests, and results as lines of text.</summary>
internal static class Show
{
    public static readonly Layout Layout = new("/run/sluice", "0.0.0.0", 80, 443, 80, 443);

    public static readonly TranslationOptions Options = new() { ImpliedClass = "sluice", SelfSigned = TestCertificate.SelfSigned };

    public static TranslationResult Translated(this ClusterSnapshot cluster, TranslationResult? previous = null) =>
        Translator.Translate(cluster, Options, previous);

    public static HaproxyState Rendered(this TranslationResult result) => Renderer.Render(result.Model, Layout);

    /// <summary>Lines such as <c>shop.example.com Prefix /a > shop/web:80 https</c>, ordered.</summary>
    public static IEnumerable<string> Routes(this TranslationResult result) =>
        from host in result.Model.Hosts
        orderby host.Key
        from route in host.Value.Routes
        select $"{(host.Key.Length == 0 ? "*" : host.Key)} {route.Match} > {route.Backend?.ToString() ?? "-"}{(route.Policy.HttpsRedirect is not null ? " https" : "")}";

    /// <summary>Lines such as <c>ServiceNotFound Ingress shop/web spec.defaultBackend</c>.</summary>
    public static IEnumerable<string> Problems(this TranslationResult result) =>
        result.Findings.Select(finding => $"{finding.Code} {finding.Object} {finding.Field}");

    /// <summary>Lines such as <c>shop/web:80 10.0.0.1:8080 10.0.0.2:8080 (draining)</c>.</summary>
    public static IEnumerable<string> Backends(this TranslationResult result) =>
        result.Model.Backends.Values.OrderBy(backend => backend.Id)
            .Select(backend => string.Join(' ', [backend.Id.ToString(), .. backend.Endpoints.Select(Text)]));

    /// <summary>The hosts that a certificate serves.</summary>
    public static string Served(this TranslationResult result, TestCertificate certificate) =>
        result.Model.Certificates.TryGetValue(certificate.Read().Fingerprint, out var served) ? string.Join(' ', served.Hosts) : "";

    private static string Text(Endpoint endpoint) => $"{endpoint.Address}:{endpoint.Port}{(endpoint.Draining ? " (draining)" : "")}";
}
