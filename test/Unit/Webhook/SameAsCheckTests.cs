using System.Text;
using System.Text.Json.Nodes;
using Sluice.Controller.Check;
using Sluice.Controller.Manifests;
using Sluice.Core.Values;
using Sluice.Unit.Cluster;
using Xunit;

namespace Sluice.Unit.Webhook;

/// <summary>Whatever <c>sluice check</c> has against an object by itself the webhook has, too, and nothing else.</summary>
public sealed class SameAsCheckTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_object_of_all_manifests_in_this_repository_is_judged_as_by_check()
    {
        await using var webhook = await RunningWebhook.StartAsync(settings => settings with { HasDefaultClass = true });
        var (allowed, refused) = (0, 0);
        foreach (var item in Manifests())
        {
            var file = folder.Write("object.json", item.ToJsonString());
            var found = ManifestCheck.Run([file], new CheckOptions("sluice-system/sluice"), Stream.Null).Findings.Where(finding => !finding.Code.DependsOnOthers).ToList();
            var errors = found.Where(finding => finding.Severity == Severity.Error).ToList();

            var answer = await webhook.AskAsync(Review.Create(item));

            Assert.True(errors.Count == 0 == answer.IsAllowed, $"{item.ToJsonString()}: {string.Join('\n', found)}; {answer.Message}");
            Assert.Equal(found.Count - errors.Count, answer.Warnings.Count);
            Assert.All(errors, error => Assert.Contains($"{error.Field}: ", answer.Message, StringComparison.Ordinal));
            Assert.All(errors, error => Assert.Contains($"[{error.Code}]", answer.Message, StringComparison.Ordinal));
            (allowed, refused) = answer.IsAllowed ? (allowed + 1, refused) : (allowed, refused + 1);
        }

        // Of both there is something to see.
        Assert.InRange(allowed, 20, int.MaxValue);
        Assert.InRange(refused, 3, int.MaxValue);
    }

    // What the API server would ask about: it knows what an object is called and which of its kinds it is.
    private static IEnumerable<JsonNode> Manifests() =>
        from place in (string[])["examples", "test/Unit/Golden/Cases", "test/Unit/Check/Case"]
        from file in Directory.EnumerateFiles(Path.Join(Golden.Root, place), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        from document in ManifestDocuments.Split(File.ReadAllBytes(file))
        let item = Object(document)
        where item?["metadata"]?["name"] is JsonValue && item["kind"] is JsonValue && item["apiVersion"] is JsonValue
        select item;

    private static JsonNode? Object(ManifestDocument document)
    {
        try
        {
            return YamlTranscoder.Transcode(Encoding.UTF8.GetString(document.Text.Span)) is { } json ? JsonNode.Parse(json.Utf8.Span) as JsonObject : null;
        }
        catch (YamlDotNet.Core.YamlException)
        {
            return null;
        }
    }
}
