using System.Text;
using Sluice.Controller.Manifests;
using Sluice.Core.Haproxy;
using Sluice.Core.Translation;
using Xunit;

namespace Sluice.Unit;

/// <summary>What comes out: each folder of Cases holds manifests and, beside them, what they mean to HAProxy.</summary>
public sealed class GoldenTests
{
    private static readonly string Folder = Path.Join(Golden.Root, "test", "Unit", "Golden", "Cases");

    private static readonly string EmptyProgram = StateText.Program(Make.Cluster().Translated().Rendered());

    public static TheoryData<string> Cases =>
        [.. Directory.EnumerateFiles(Folder, "manifest.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, Path.GetDirectoryName(file)!)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_gives_what_it_gave(string name)
    {
        var folder = new ManifestFolder("");
        folder.Put("manifest.yaml", folder.Parse("manifest.yaml", File.ReadAllBytes(Path.Join(Folder, name, "manifest.yaml"))));
        var result = Translator.Translate(folder.Snapshot(Make.Now), Show.Options);

        Golden.AssertEqual(Path.Join(Folder, name, "state.verified.txt"), Text(result, result.Rendered()));
    }

    [Fact]
    public void No_result_is_left_over_from_a_case_that_is_gone() =>
        Assert.All(
            Directory.EnumerateFiles(Folder, "*.verified.txt", SearchOption.AllDirectories),
            file => Assert.True(File.Exists(Path.Join(Path.GetDirectoryName(file), "manifest.yaml")), file));

    private static string Text(TranslationResult result, HaproxyState state)
    {
        var text = new StringBuilder();
        Append(text, "program, against that of an empty folder", Difference(EmptyProgram.Split('\n'), StateText.Program(state).Split('\n')));
        foreach (var map in Enum.GetValues<MapName>())
        {
            Append(text, $"{map.ToString().ToLowerInvariant()}.map", StateText.Map(state, map).Replace("\u0001", "<01>", StringComparison.Ordinal).Split('\n'));
        }

        Append(text, "backends.cfg", StateText.Backends(state).Split('\n'));
        Append(text, "findings", result.Findings.Select(finding => $"{finding.Severity} {finding}"));
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, IEnumerable<string> lines)
    {
        var filled = lines.Where(line => line.Length > 0).ToList();
        if (filled.Count > 0)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append("# ").Append(name).Append('\n').AppendJoin('\n', filled).Append('\n');
        }
    }

    // The longest common lines stay out; the rest with '-' or '+' before it.
    private static IEnumerable<string> Difference(string[] former, string[] current)
    {
        var common = new int[former.Length + 1, current.Length + 1];
        for (var i = former.Length - 1; i >= 0; i--)
        {
            for (var j = current.Length - 1; j >= 0; j--)
            {
                common[i, j] = former[i] == current[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        for (var (i, j) = (0, 0); i < former.Length || j < current.Length;)
        {
            if (i < former.Length && j < current.Length && former[i] == current[j])
            {
                (i, j) = (i + 1, j + 1);
            }
            else if (i < former.Length && (j == current.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                yield return $"-{former[i++]}";
            }
            else
            {
                yield return $"+{current[j++]}";
            }
        }
    }
}
