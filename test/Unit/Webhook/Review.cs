using System.Text.Json.Nodes;
using Sluice.Unit.Install;
using Sluice.Unit.Manifests;

namespace Sluice.Unit.Webhook;

/// <summary>Short ways to write what the API server sends.</summary>
internal static class Review
{
    /// <summary>An Ingress of ours.</summary>
    public static JsonNode Ingress(string host = "shop.example.com", string? @class = "sluice")
    {
        var ingress = Deploy.Parse(Manifest.Ingress("web", $"'{host}'")).Single();
        if (@class is not null)
        {
            ingress["spec"]!["ingressClassName"] = @class;
        }

        return ingress;
    }

    public static JsonNode Annotated(this JsonNode item, string key, string value)
    {
        var metadata = item["metadata"]!.AsObject();
        metadata.TryAdd("annotations", new JsonObject());
        metadata["annotations"]![key] = value;
        return item;
    }

    /// <summary>The same with something changed.</summary>
    public static JsonNode With(this JsonNode item, Action<JsonNode> change)
    {
        var copy = item.DeepClone();
        change(copy);
        return copy;
    }

    public static JsonNode Create(JsonNode item) => Of("CREATE", item);

    public static JsonNode Update(JsonNode former, JsonNode item) =>
        Of("UPDATE", item).With(review => review["request"]!["oldObject"] = former.DeepClone());

    public static JsonNode Of(string operation, JsonNode item)
    {
        var version = item["apiVersion"].Text().Split('/');
        return new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject
            {
                ["uid"] = Guid.NewGuid().ToString(),
                ["kind"] = new JsonObject { ["group"] = version.Length > 1 ? version[0] : "", ["version"] = version[^1], ["kind"] = item.Kind() },
                ["operation"] = operation,
                ["name"] = item["metadata"]?["name"]?.DeepClone(),
                ["namespace"] = item["metadata"]?["namespace"]?.DeepClone(),
                ["dryRun"] = false,
                ["object"] = item.DeepClone(),
                ["oldObject"] = null,
            },
        };
    }
}
