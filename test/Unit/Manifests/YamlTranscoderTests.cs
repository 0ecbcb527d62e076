using System.Text;
using Sluice.Controller.Manifests;
using Xunit;
using YamlDotNet.Core;

namespace Sluice.Unit.Manifests;

public sealed class YamlTranscoderTests
{
    [Theory]
    [InlineData("a", "\"a\"")]
    [InlineData("'a'", "\"a\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("true", "true")]
    [InlineData("True", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("'true'", "\"true\"")]
    [InlineData("~", "null")]
    [InlineData("null", "null")]
    [InlineData("", "null")]
    [InlineData("''", "\"\"")]
    [InlineData("80", "80")]
    [InlineData("\"80\"", "\"80\"")]
    [InlineData("-7", "-7")]
    [InlineData("+7", "7")]
    [InlineData("010", "10")]
    [InlineData("0o10", "8")]
    [InlineData("0x1F", "31")]
    [InlineData("0xFF", "255")]
    [InlineData("1.10", "1.10")]
    [InlineData("1e3", "1e3")]
    [InlineData(".5", "0.5")]
    [InlineData("1.", "1")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("10.0.0.1", "\"10.0.0.1\"")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!int '12'", "12")]
    [InlineData("! 12", "\"12\"")]
    public void Plain_scalars_have_the_type_of_the_core_schema(string yaml, string json) => Assert.Equal(json, Json("- " + yaml)[1..^1]);

    [Fact]
    public void Block_scalars_keep_or_fold_their_lines() =>
        Assert.Equal("""{"a":"x\ny\n","b":"x y"}""", Json("a: |\n  x\n  y\nb: >-\n  x\n  y\n"));

    [Fact]
    public void Flow_style_is_read_too() => Assert.Equal("""{"a":[1,{"b":"c"}]}""", Json("{a: [1, {b: c}]}"));

    [Fact]
    public void An_alias_stands_for_its_anchor() =>
        Assert.Equal("""{"a":{"x":[1]},"b":{"x":[1]},"c":"v","v":2}""", Json("a: &m {x: [1]}\nb: *m\nc: &k v\n*k : 2\n"));

    [Fact]
    public void An_anchor_that_is_set_again_counts_from_there() => Assert.Equal("[1,1,2,2]", Json("- &a 1\n- *a\n- &a 2\n- *a\n"));

    [Fact]
    public void Merge_keys_add_what_a_mapping_does_not_have_itself() =>
        Assert.Equal(
            """[{"x":1,"y":2},{"y":3,"z":4,"x":1},{"z":5,"y":3,"x":1}]""",
            Json("- &a {x: 1, y: 2}\n- &b\n  <<: *a\n  y: 3\n  z: 4\n- <<: [{z: 5}, *b, *a]\n"));

    [Fact]
    public void A_quoted_merge_key_is_a_key() => Assert.Equal("""{"<<":1}""", Json("'<<': 1"));

    [Fact]
    public void An_empty_document_is_nothing()
    {
        Assert.Null(YamlTranscoder.Transcode(""));
        Assert.Null(YamlTranscoder.Transcode("# only a comment\n"));
    }

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 9; level++)
        {
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        }

        Assert.Contains("aliases make the document larger", Failure(bomb.ToString()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_within_its_own_anchor_is_refused() => Assert.Contains("nested deeper", Failure("&a [*a]").Message, StringComparison.Ordinal);

    [Fact]
    public void Merges_that_multiply_are_refused()
    {
        var bomb = new StringBuilder("- &a0 {x: 1}\n");
        for (var level = 1; level < 12; level++)
        {
            bomb.Append($"- &a{level} {{<<: [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]}}\n");
        }

        Failure(bomb.ToString());
    }

    [Theory]
    [InlineData("a: 1\nb:\n\t- x\n", 3)]
    [InlineData("a: 1\nb:\n  - x\n\t- y\n", 4)]
    [InlineData("a: \"\\uD800\"\n", 1)]
    [InlineData("---\n : 1\n", 2)]
    [InlineData("a: !!%x 1\n", 1)]
    [InlineData("a: 1\nb: *nothing\n", 2)]
    [InlineData("a: [1\nb: 2\n", 2)]
    [InlineData("a: 1\n? [x]\n: 2\n", 2)]
    [InlineData("a: 1\n<<: 2\n", 2)]
    public void A_document_that_does_not_parse_tells_its_line(string yaml, int line) => Assert.Equal(line, Failure(yaml).Start.Line);

    [Fact]
    public void Each_part_of_the_json_knows_its_line()
    {
        var text = YamlTranscoder.Transcode("a: 1\nb:\n  - c: x\n    d: 2\n  - e\n")!;
        var json = Encoding.UTF8.GetString(text.Utf8.Span);

        Assert.Equal("""{"a":1,"b":[{"c":"x","d":2},"e"]}""", json);
        Assert.Equal([1, 1, 2, 3, 4, 5], new[] { "{", "\"a\"", "\"b\"", "\"c\"", "\"d\"", "\"e\"" }.Select(
            part => text.Lines.LineAt(json.IndexOf(part, StringComparison.Ordinal) + 1)));
    }

    private static string Json(string yaml) => Encoding.UTF8.GetString(YamlTranscoder.Transcode(yaml)!.Utf8.Span);

    private static YamlException Failure(string yaml) => Assert.ThrowsAny<YamlException>(() => YamlTranscoder.Transcode(yaml));
}
