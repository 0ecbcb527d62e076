using System.Text;
using System.Text.Json.Nodes;
using Sluice.Controller.Manifests;

namespace Sluice.Unit.Install;

/// <summary>The objects of an installation, as JSON.</summary>
internal static class Deploy
{
    public static string Folder { get; } = Path.Join(Golden.Root, "deploy");

    public static string Chart { get; } = Path.Join(Folder, "helm", "sluice");

    /// <summary>What a folder of deploy/kustomize gives.</summary>
    public static IReadOnlyList<JsonNode> Kustomize(string folder) => Parse(Tool.Kubectl("kustomize", Path.Join(Folder, "kustomize", folder)));

    /// <summary>What an overlay of somebody's own gives.</summary>
    public static IReadOnlyList<JsonNode> KustomizeOverlay(string kustomization)
    {
        var folder = Directory.CreateTempSubdirectory("sluice-overlay-").FullName;
        try
        {
            // kustomize takes relative paths only, and follows links before it does.
            File.WriteAllText(
                Path.Join(folder, "kustomization.yaml"),
                kustomization.Replace("DEPLOY", Path.GetRelativePath(folder, Path.Join(Folder, "kustomize")), StringComparison.Ordinal));
            return Parse(Tool.Kubectl("kustomize", folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the chart gives with some values, for a release named sluice.</summary>
    public static IReadOnlyList<JsonNode> Helm(params string[] values) => Parse(Tool.Helm(
        ["template", "sluice", Chart, "--namespace", "sluice-system", "--kube-version", "1.30.0", .. values.SelectMany(value => new[] { "--set", value })]));

    public static IReadOnlyList<JsonNode> ReadFile(params string[] path) => Parse(File.ReadAllText(Path.Join([Folder, .. path])));

    /// <summary>Reads YAML as our own manifests are read.</summary>
    public static IReadOnlyList<JsonNode> Parse(string yaml) =>
    [
        .. ManifestDocuments.Split(Encoding.UTF8.GetBytes(yaml))
            .Select(document => YamlTranscoder.Transcode(Encoding.UTF8.GetString(document.Text.Span)))
            .OfType<JsonText>()
            .Select(text => JsonNode.Parse(text.Utf8.Span)!),
    ];

    public static string Text(this JsonNode? node) => node?.GetValue<string>() ?? "";

    public static string Kind(this JsonNode item) => item["kind"].Text();

    public static string Name(this JsonNode item) => item["metadata"]!["name"].Text();

    /// <summary>The elements of a list, or none.</summary>
    public static IEnumerable<JsonNode> Items(this JsonNode? list) => list is JsonArray array ? array.Select(item => item!) : [];

    public static JsonNode One(this IEnumerable<JsonNode> items, string kind, string name) =>
        items.Single(item => item.Kind() == kind && item.Name() == name);

    /// <summary>The pod templates' specs of all workloads, with the workload's name.</summary>
    public static IEnumerable<(string Workload, JsonNode Pod)> Pods(this IEnumerable<JsonNode> items) =>
        items.Where(item => item.Kind() is "Deployment" or "DaemonSet")
            .Select(item => ($"{item.Kind()}/{item.Name()}", item["spec"]!["template"]!["spec"]!));
}
