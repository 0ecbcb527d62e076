using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Controller.Cluster;

namespace Sluice.Unit.Cluster;

/// <summary>An object as the server stores it.</summary>
internal sealed record FakeObject(ApiKind Kind, string Namespace, string Name, string Json)
{
    /// <summary>The kinds that the server has.</summary>
    public static readonly ApiKind[] Kinds =
        [ApiKind.Ingress, ApiKind.IngressClass, ApiKind.Service, ApiKind.EndpointSlice, ApiKind.Secret, ApiKind.ConfigMap, ApiKind.Namespace, ApiKind.ReferenceGrant];

    public static FakeObject Ingress(string name, string host = "shop.example.com", string scope = "shop", string note = "") => Make(
        ApiKind.Ingress, scope, name,
        $$$$"""
        {"metadata": {"annotations": {"note": "{{{{note}}}}"}}, "spec": {"rules": [{"host": "{{{{host}}}}", "http": {"paths": [
          {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80} } } }]}}]}}
        """);

    public static FakeObject Class(string name, string controller = "sluice.dev/ingress-controller") =>
        Make(ApiKind.IngressClass, "", name, $$$"""{"spec": {"controller": "{{{controller}}}"}}""");

    public static FakeObject Service(string name, int port = 80, string scope = "shop") =>
        Make(ApiKind.Service, scope, name, $$$"""{"spec": {"ports": [{"name": "http", "port": {{{port}}} }]}}""");

    public static FakeObject Slice(string name, string service, params string[] addresses) => Make(
        ApiKind.EndpointSlice, "shop", name,
        $$$"""
        {"metadata": {"labels": {"kubernetes.io/service-name": "{{{service}}}"}}, "addressType": "IPv4", "ports": [{"name": "http", "port": 8080}],
         "endpoints": [{{{string.Join(", ", addresses.Select(address => $$"""{"addresses": ["{{address}}"]}"""))}}}]}
        """);

    public static FakeObject Secret(string name, string type = "kubernetes.io/tls", string value = "eA==", string scope = "shop") =>
        Make(ApiKind.Secret, scope, name, $$$"""{"type": "{{{type}}}", "data": {"tls.crt": "{{{value}}}"}}""");

    public static FakeObject Config(string name, string value, string scope = "sluice-system") =>
        Make(ApiKind.ConfigMap, scope, name, $$$"""{"data": {"ssl-redirect": "{{{value}}}"}}""");

    public static FakeObject Space(string name, string team) => Make(ApiKind.Namespace, "", name, $$$$"""{"metadata": {"labels": {"team": "{{{{team}}}}"}}}""");

    public static FakeObject Grant(string name, string from = "other") => Make(
        ApiKind.ReferenceGrant, "shop", name,
        $$$"""{"spec": {"from": [{"group": "networking.k8s.io", "kind": "Ingress", "namespace": "{{{from}}}"}], "to": [{"group": "", "kind": "Service"}]}}""");

    public static FakeObject Make(ApiKind kind, string scope, string name, string json)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        (root["apiVersion"], root["kind"]) = (kind.ApiVersion, kind.Kind);
        var metadata = root["metadata"]?.AsObject() ?? [];
        metadata["name"] = name;
        if (scope.Length > 0)
        {
            metadata["namespace"] = scope;
        }

        root["metadata"] = metadata;
        return new FakeObject(kind, scope, name, root.ToJsonString());
    }

    public FakeObject At(long version)
    {
        var root = JsonNode.Parse(Json)!.AsObject();
        root["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return this with { Json = root.ToJsonString() };
    }

    public bool IsSelected(string fields, string labels)
    {
        var root = JsonNode.Parse(Json)!;
        return Split(fields).All(field => field.Key switch
        {
            "metadata.name" => Name == field.Value,
            "type" => (string?)root["type"] == field.Value,
            _ => throw new ArgumentException($"field label not supported: {field.Key}", nameof(fields)),
        }) && Split(labels).All(label => (string?)root["metadata"]!["labels"]?[label.Key] == label.Value);
    }

    private static IEnumerable<(string Key, string Value)> Split(string selector) =>
        selector.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).Select(pair => (pair[0], pair[1]));
}
