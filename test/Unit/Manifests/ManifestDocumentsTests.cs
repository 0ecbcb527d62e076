using System.Text;
using Sluice.Controller.Manifests;
using Xunit;

namespace Sluice.Unit.Manifests;

public sealed class ManifestDocumentsTests
{
    [Theory]
    [InlineData("", new int[0])]
    [InlineData("# nothing\n\n", new int[0])]
    [InlineData("a: 1\n", new[] { 1 })]
    [InlineData("a: 1", new[] { 1 })]
    [InlineData("---\na: 1\n---\nb: 2\n", new[] { 1, 3 })]
    [InlineData("a: 1\n---\nb: 2\n", new[] { 1, 2 })]
    [InlineData("a: 1\r\n---\r\nb: 2\r\n", new[] { 1, 2 })]
    [InlineData("# head\n---\na: 1\n", new[] { 1 })]
    [InlineData("%YAML 1.2\n---\na: 1\n...\n# between\n---\nb: 2\n", new[] { 1, 5 })]
    [InlineData("a: |\n  ---\n  x\n--- # two\nb: 2\n---x: 3\n", new[] { 1, 4 })]
    public void A_file_is_split_at_its_markers(string text, int[] lines) => Assert.Equal(lines, Split(text).Select(d => d.Line));

    [Fact]
    public void A_document_keeps_what_stands_behind_its_marker() =>
        Assert.Equal(["--- {a: 1}\n", "--- {b: 2}\n"], Split("--- {a: 1}\n--- {b: 2}\n").Select(d => Encoding.UTF8.GetString(d.Text.Span)));

    private static IReadOnlyList<ManifestDocument> Split(string text) => ManifestDocuments.Split(Encoding.UTF8.GetBytes(text));
}
