using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Behaviour.Harness;

/// <summary>One path of an Ingress and the Service it leads to, as <c>name</c>, <c>name:80</c> or <c>name:http</c>.</summary>
public sealed record PathTo(string Type, string Path, string Service);

/// <summary>A rule of an Ingress; without a host it is for all.</summary>
public sealed record RuleFor(string? Host, IReadOnlyList<PathTo> Paths);

/// <summary>An endpoint of an EndpointSlice; a condition that is null is left out.</summary>
public sealed record EndpointAt(string Address, bool? Ready = true, bool? Serving = null, bool? Terminating = null);

/// <summary>Writes Kubernetes objects as YAML, each ended so that they can be joined.</summary>
public static class Manifests
{
    private const string DefaultNamespace = "default";
    private const string DefaultPort = "80";

    public static PathTo Exact(string path, string service) => new("Exact", path, service);

    public static PathTo Prefix(string path, string service) => new("Prefix", path, service);

    public static PathTo Specific(string path, string service) => new("ImplementationSpecific", path, service);

    public static RuleFor Rule(string? host, params IReadOnlyList<PathTo> paths) => new(host, paths);

    /// <summary>Writes an Ingress.</summary>
    /// <param name="name">The name, or <c>namespace/name</c>.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="defaultBackend">The Service of the default backend.</param>
    /// <param name="tls">The TLS entries: a Secret and its hosts.</param>
    /// <param name="annotations">The annotations.</param>
    /// <param name="className">The class.</param>
    /// <param name="created">When the API server made it.</param>
    public static string Ingress(
        string name,
        IEnumerable<RuleFor>? rules = null,
        string? defaultBackend = null,
        IEnumerable<(string Secret, string[] Hosts)>? tls = null,
        IEnumerable<(string Key, string Value)>? annotations = null,
        string? className = null,
        DateTimeOffset? created = null)
    {
        var text = Head("networking.k8s.io/v1", "Ingress", name, annotations, created).Append("spec:\n");
        Line(text, "  ingressClassName: ", className);
        if (defaultBackend is not null)
        {
            text.Append($"  defaultBackend:\n    service: {{{Backend(defaultBackend)}}}\n");
        }

        List(text, "  tls:", tls, entry =>
            $"  - secretName: {Quoted(entry.Secret)}\n    hosts: [{string.Join(", ", entry.Hosts.Select(Quoted))}]\n");
        List(text, "  rules:", rules, RuleText);
        return text.ToString();
    }

    /// <summary>Writes an Ingress that sends all of a host to one Service.</summary>
    public static string Site(string name, string host, string service) => Ingress(name, [Rule(host, Prefix("/", service))]);

    public static string Service(string name, string? externalName = null, bool publishNotReady = false, params IReadOnlyList<string> ports) =>
        Service(name, [], externalName, publishNotReady, ports);

    public static string Service(
        string name, IEnumerable<(string Key, string Value)> annotations, string? externalName = null, bool publishNotReady = false, params IReadOnlyList<string> ports)
    {
        var text = Head("v1", "Service", name, annotations).Append("spec:\n");
        Line(text, "  type: ", externalName is null ? "ClusterIP" : "ExternalName");
        Line(text, "  externalName: ", externalName);
        Line(text, "  publishNotReadyAddresses: ", publishNotReady ? "true" : null);
        List(text, "  ports:", ports.Count == 0 ? ["{port: 80}"] : ports, port => $"  - {port}\n");
        return text.ToString();
    }

    /// <summary>Writes an EndpointSlice whose name is <c>service-suffix</c>; the port has the given name.</summary>
    public static string Slice(
        string service, int port, IEnumerable<EndpointAt> endpoints, string suffix = "1", string portName = "", string type = "IPv4")
    {
        var (name, ns) = Name(service);
        return Slice($"{ns}/{name}-{suffix}", name, type, $"{{name: {Quoted(portName)}, port: {port}}}", endpoints);
    }

    /// <summary>Writes a Service and an EndpointSlice with the pods, all ready.</summary>
    public static string ServiceOf(string service, params IReadOnlyList<EchoPod> pods) =>
        Service(service) + SliceOf(service, pods);

    public static string SliceOf(string service, params IReadOnlyList<EchoPod> pods) =>
        Slice(service, pods.Count == 0 ? 80 : pods[0].Port, pods.Select(pod => new EndpointAt(pod.Address.ToString())));

    /// <summary>Writes a Service for each pod, under the pod's name.</summary>
    public static string ServiceForEach(IEnumerable<EchoPod> pods) => string.Concat(pods.Select(pod => ServiceOf(pod.Name, pod)));

    public static string Secret(string name, TestCertificate certificate) => Secret(name, certificate.Certificate, certificate.Key);

    public static string Secret(string name, string certificate, string key) =>
        Head("v1", "Secret", name).Append("type: kubernetes.io/tls\ndata:\n")
            .Append($"  tls.crt: {Base64(certificate)}\n  tls.key: {Base64(key)}\n").ToString();

    /// <summary>Writes a Secret with these values.</summary>
    public static string Opaque(string name, params IEnumerable<(string Key, string Value)> entries)
    {
        var text = Head("v1", "Secret", name).Append("type: Opaque\n");
        List(text, "data:", entries, entry => $"  {entry.Key}: {Base64(entry.Value)}\n");
        return text.ToString();
    }

    /// <summary>Writes a ReferenceGrant of a namespace that lets Ingresses of another one use all its objects of a kind.</summary>
    public static string Grant(string space, string from, string kind) =>
        Head("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", $"{space}/{from}")
            .Append($"spec:\n  from: [{{group: networking.k8s.io, kind: Ingress, namespace: {from}}}]\n  to: [{{group: \"\", kind: {kind}}}]\n").ToString();

    public static string IngressClass(string name, string controller = "sluice.dev/ingress-controller", bool isDefault = false) =>
        $"""
        ---
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata:
          name: {name}
          annotations:
            ingressclass.kubernetes.io/is-default-class: "{(isDefault ? "true" : "false")}"
        spec:
          controller: {controller}

        """;

    /// <summary>Writes the ConfigMap with the global settings.</summary>
    public static string Settings(params IEnumerable<(string Key, string Value)> settings) => ConfigMap("sluice-system/sluice", settings);

    public static string ConfigMap(string name, params IEnumerable<(string Key, string Value)> entries)
    {
        var text = Head("v1", "ConfigMap", name);
        List(text, "data:", entries, entry => $"  {entry.Key}: {Quoted(entry.Value)}\n");
        return text.ToString();
    }

    private static string Slice(string name, string service, string type, string port, IEnumerable<EndpointAt> endpoints)
    {
        var (own, ns) = Name(name);
        var text = new StringBuilder(
            $"""
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: {own}
              namespace: {ns}
              labels:
                kubernetes.io/service-name: {service}
            addressType: {type}
            ports: [{port}]

            """);
        List(text, "endpoints:", endpoints, endpoint =>
            $"- addresses: [{Quoted(endpoint.Address)}]\n  conditions: {{{Conditions(endpoint)}}}\n");
        return text.ToString();
    }

    private static string Conditions(EndpointAt endpoint)
    {
        (string Name, bool? Value)[] all =
            [("ready", endpoint.Ready), ("serving", endpoint.Serving), ("terminating", endpoint.Terminating)];
        return string.Join(", ", all.Where(c => c.Value is not null).Select(c => $"{c.Name}: {(c.Value is true ? "true" : "false")}"));
    }

    private static StringBuilder Head(
        string version,
        string kind,
        string name,
        IEnumerable<(string Key, string Value)>? annotations = null,
        DateTimeOffset? created = null)
    {
        var (own, ns) = Name(name);
        var text = new StringBuilder($"---\napiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {own}\n  namespace: {ns}\n");
        Line(text, "  creationTimestamp: ", created is null ? null : $"\"{created:yyyy-MM-ddTHH:mm:ssZ}\"");
        List(text, "  annotations:", annotations, annotation => $"    {annotation.Key}: {Quoted(annotation.Value)}\n");
        return text;
    }

    private static string RuleText(RuleFor rule)
    {
        var text = new StringBuilder(rule.Host is null ? "  -\n" : $"  - host: {Quoted(rule.Host)}\n");
        List(text, "    http:\n      paths:", rule.Paths, path =>
            $"      - {{path: {Quoted(path.Path)}, pathType: {path.Type}, backend: {{service: {{{Backend(path.Service)}}}}}}}\n");
        return text.ToString();
    }

    private static string Backend(string service)
    {
        var parts = service.Split(':');
        var port = parts.Length > 1 ? parts[1] : DefaultPort;
        var kind = int.TryParse(port, CultureInfo.InvariantCulture, out _) ? "number" : "name";
        return $"name: {parts[0]}, port: {{{kind}: {port}}}";
    }

    private static (string Name, string Namespace) Name(string name) =>
        name.Split('/') is [var ns, var own] ? (own, ns) : (name, DefaultNamespace);

    private static void Line(StringBuilder text, string label, string? value) => text.Append(value is null ? "" : $"{label}{value}\n");

    private static void List<T>(StringBuilder text, string label, IEnumerable<T>? items, Func<T, string> format)
    {
        var all = string.Concat((items ?? []).Select(format));
        text.Append(all.Length == 0 ? "" : $"{label}\n{all}");
    }

    /// <summary>A double-quoted scalar; what JSON escapes, YAML reads the same.</summary>
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
