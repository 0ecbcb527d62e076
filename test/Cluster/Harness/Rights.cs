using System.Text.Json;

namespace Sluice.Cluster.Harness;

/// <summary>One request to the API server, as it was authorized or refused.</summary>
internal sealed record Call(string User, string Verb, string Resource, string Namespace, string Name, bool Allowed)
{
    public static IReadOnlyList<Call> Read(string auditFile) =>
        [.. File.ReadAllLines(auditFile).Select(line => JsonDocument.Parse(line).RootElement).Where(line => !line.TryGetProperty("path", out _)).Select(Of)];

    public override string ToString() => $"{Verb} {Resource}";

    private static Call Of(JsonElement line)
    {
        var sub = Text(line, "subresource");
        return new Call(
            Text(line, "user"), Text(line, "verb"), Granted.Full(Text(line, "resource") + (sub.Length > 0 ? $"/{sub}" : ""), Text(line, "group")),
            Text(line, "namespace"), Text(line, "name"), line.GetProperty("allowed").GetBoolean());
    }

    private static string Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString()! : "";
}

/// <summary>One verb on one resource that a role allows.</summary>
/// <param name="Role">The role.</param>
/// <param name="Namespace">Where, for a Role; empty for a ClusterRole.</param>
/// <param name="Verb">The verb.</param>
/// <param name="Resource">The resource with its group.</param>
/// <param name="Names">The only names; none for all.</param>
internal sealed record Granted(string Role, string Namespace, string Verb, string Resource, IReadOnlyList<string> Names)
{
    public static string Full(string resource, string group) => group.Length > 0 ? $"{resource}.{group}" : resource;

    /// <summary>Reads the list of roles that kubectl prints.</summary>
    public static IReadOnlyList<Granted> Read(string json) =>
    [
        .. from role in JsonDocument.Parse(json).RootElement.GetProperty("items").EnumerateArray()
           from rule in role.GetProperty("rules").EnumerateArray()
           from @group in Texts(rule, "apiGroups")
           from resource in Texts(rule, "resources")
           from verb in Texts(rule, "verbs")
           let metadata = role.GetProperty("metadata")
           select new Granted(
               metadata.GetProperty("name").GetString()!, metadata.TryGetProperty("namespace", out var space) ? space.GetString()! : "", verb,
               Full(resource, @group), Texts(rule, "resourceNames")),
    ];

    public bool Covers(Call call) =>
        (Verb, Resource) == (call.Verb, call.Resource) && (Namespace.Length == 0 || Namespace == call.Namespace) && (Names.Count == 0 || Names.Contains(call.Name));

    public override string ToString() => $"{Role}: {Verb} {Resource}{(Names.Count > 0 ? $" {string.Join(',', Names)}" : "")}";

    private static IReadOnlyList<string> Texts(JsonElement rule, string name) =>
        rule.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];
}
