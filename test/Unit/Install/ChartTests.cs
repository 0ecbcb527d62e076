using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Sluice.Unit.Install;

/// <summary>What can be said of the chart without helm: its values, their schema, their description and their use agree.</summary>
public sealed partial class ChartTests
{
    // What a user may give and has no default.
    private static readonly string[] WithoutDefault = ["podDisruptionBudget.minAvailable", "global"];

    private static readonly JsonNode Values = Deploy.ReadFile("helm", "sluice", "values.yaml").Single();
    private static readonly JsonNode Schema = JsonNode.Parse(File.ReadAllText(Path.Join(Deploy.Chart, "values.schema.json")))!;

    [Fact]
    public void The_schema_knows_each_value_and_no_other() =>
        Assert.Equal(Known(Schema).Except(WithoutDefault).Order(StringComparer.Ordinal), Declared(Values, Schema).Order(StringComparer.Ordinal));

    [Fact]
    public void Templates_use_only_values_that_are_declared_and_all_of_them()
    {
        var used = Directory.EnumerateFiles(Path.Join(Deploy.Chart, "templates"))
            .SelectMany(file => Use().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["path"].Value)
            .Distinct().ToList();
        var known = Known(Schema).ToList();
        Assert.All(used, path => Assert.True(known.Any(name => name == path || Below(name, path) || Below(path, name)), path));
        Assert.All(known.Where(name => name != "global"), name => Assert.True(used.Any(path => name == path || Below(name, path) || Below(path, name)), name));
    }

    [Fact]
    public void Each_value_is_described()
    {
        var page = File.ReadAllText(Path.Join(Deploy.Chart, "README.md"));
        Assert.All(Values.AsObject(), value => Assert.Matches($"`{value.Key}[`.]", page));
        Assert.All(
            Values.AsObject().Where(value => value.Value is JsonObject && value.Key is not ("image" or "haproxy" or "agent" or "resources" or "podSecurityContext" or "securityContext"))
                .SelectMany(value => value.Value!.AsObject().Select(field => (Section: value.Key, Field: field.Key))),
            name => Assert.True(
                page.Contains($"`{name.Section}.{name.Field}", StringComparison.Ordinal) || Row(page, name.Section).Contains($"`.{name.Field}", StringComparison.Ordinal),
                $"{name.Section}.{name.Field} is not described"));
    }

    [Fact]
    public void All_speak_of_the_same_versions()
    {
        var version = XDocument.Load(Path.Join(Golden.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        var chart = Deploy.ReadFile("helm", "sluice", "Chart.yaml").Single();
        Assert.Equal(version, chart["appVersion"].Text());
        Assert.Equal(version, chart["version"].Text());

        var images = Deploy.ReadFile("kustomize", "components", "images", "kustomization.yaml").Single()["images"].Items()
            .Select(image => $"{image["newName"]}:{image["newTag"]}");
        Assert.Equal(
            [$"{Values["image"]!["repository"]}:{version}", $"{Values["haproxy"]!["image"]!["repository"]}:{Values["haproxy"]!["image"]!["tag"]}"], images);
    }

    // The paths that a schema names, as far as it says which fields there are.
    private static IEnumerable<string> Known(JsonNode schema, string prefix = "") =>
        schema["properties"]!.AsObject().SelectMany(property =>
            property.Value!["properties"] is null ? [prefix + property.Key] : Known(property.Value, $"{prefix}{property.Key}."));

    // The paths of values, as deep as the schema goes.
    private static IEnumerable<string> Declared(JsonNode values, JsonNode schema, string prefix = "") =>
        values.AsObject().SelectMany(value =>
            schema["properties"]?[value.Key] is { } below && below["properties"] is not null
                ? Declared(value.Value!, below, $"{prefix}{value.Key}.")
                : [prefix + value.Key]);

    private static bool Below(string path, string parent) => path.StartsWith(parent + ".", StringComparison.Ordinal);

    private static string Row(string page, string section) =>
        string.Join('\n', page.Split('\n').Where(row => row.StartsWith("| `" + section, StringComparison.Ordinal)));

    [GeneratedRegex(@"\.Values\.(?<path>[A-Za-z]+(\.[A-Za-z]+)*)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Use();
}
