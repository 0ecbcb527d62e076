using System.Globalization;

namespace Sluice.Controller.Cluster;

/// <summary>Which objects of a kind are read: all, or those of a namespace, or those that a selector takes.</summary>
internal sealed record Selection(ApiKind Kind, string? Namespace = null)
{
    /// <summary>Such as <c>type=kubernetes.io/tls</c>.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>Such as <c>team=blue</c>.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>Whether the API may lack this kind, as it lacks those of custom resources that nobody installed.</summary>
    public bool IsOptional { get; init; }

    public static Selection One(ApiKind kind, string? @namespace, string name) => new(kind, @namespace) { FieldSelector = $"metadata.name={name}" };

    public string List(int limit, string token) => With(
        ("limit", limit == 0 ? "" : limit.ToString(CultureInfo.InvariantCulture)), ("continue", token));

    /// <summary>A watch from a version on; without one it begins with all objects that there are.</summary>
    public string Watch(string? version, TimeSpan duration) => With(
        ("watch", "true"),
        ("allowWatchBookmarks", "true"),
        ("resourceVersion", version ?? ""),
        ("sendInitialEvents", version is null ? "true" : ""),
        ("resourceVersionMatch", version is null ? "NotOlderThan" : ""),
        ("timeoutSeconds", ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture)));

    public override string ToString() => $"{Kind.Plural}{(Namespace is null ? "" : $" in {Namespace}")}{(FieldSelector.Length == 0 ? "" : $" with {FieldSelector}")}";

    private string With(params (string Name, string Value)[] parameters)
    {
        var all = parameters.Append(("fieldSelector", FieldSelector)).Append(("labelSelector", LabelSelector))
            .Where(parameter => parameter.Item2.Length > 0)
            .Select(parameter => $"{parameter.Item1}={Uri.EscapeDataString(parameter.Item2)}");
        return $"{Kind.Path(Namespace)}?{string.Join('&', all)}";
    }
}
