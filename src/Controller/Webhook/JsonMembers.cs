using System.Text.Json;

namespace Sluice.Controller.Webhook;

/// <summary>Looks into JSON of which nothing is known for sure. What is not there is an undefined element.</summary>
internal static class JsonMembers
{
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    /// <summary>The text that stands here; null for anything else.</summary>
    public static string? Text(this JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    public static bool IsObject(this JsonElement element) => element.ValueKind == JsonValueKind.Object;
}
