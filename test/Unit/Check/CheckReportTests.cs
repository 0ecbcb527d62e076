using Sluice.Controller.Check;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Check;

/// <summary>How findings are printed. The three formats of one case lie beside it, as they were when somebody last looked.</summary>
public sealed class CheckReportTests
{
    private static readonly string Folder = Path.Join(Golden.Root, "test", "Unit", "Check");

    [Theory]
    [InlineData(CheckFormat.Text, "txt")]
    [InlineData(CheckFormat.Json, "json")]
    [InlineData(CheckFormat.GitHub, "github")]
    public void The_case_is_printed_as_it_was(CheckFormat format, string ending)
    {
        var result = ManifestCheck.Run([Path.Join(Folder, "Case")], new CheckOptions("sluice-system/sluice"), Stream.Null);
        var printed = CheckReport.Write(result, format).Replace($"{Folder}/", "", StringComparison.Ordinal);
        Golden.AssertEqual(Path.Join(Folder, $"case.verified.{ending}"), printed);
    }

    [Fact]
    public void A_finding_is_one_line_whatever_its_file_is_called()
    {
        var result = Result(new SourceLocation("a\nb:1: error: forged.yaml", 3));
        Assert.Single(CheckReport.Write(result, CheckFormat.Text).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Single(CheckReport.Write(result, CheckFormat.GitHub).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void What_means_something_to_github_is_escaped() =>
        Assert.Equal(
            "::error file=a%2Cline=9%3A%25.yaml,line=3,title=InvalidHost::Ingress shop/web, spec.rules[0].host: 100%25 wrong, ::error::\n",
            CheckReport.Write(Result(new SourceLocation("a,line=9:%.yaml", 3)), CheckFormat.GitHub));

    [Fact]
    public void A_finding_without_a_place_is_printed_without_one()
    {
        Assert.Equal("error: Ingress shop/web, spec.rules[0].host: 100% wrong, ::error:: [InvalidHost]\n", CheckReport.Write(Result(null), CheckFormat.Text));
        Assert.StartsWith("::error title=InvalidHost::Ingress", CheckReport.Write(Result(null), CheckFormat.GitHub), StringComparison.Ordinal);
        Assert.DoesNotContain("\"line\"", CheckReport.Write(Result(null), CheckFormat.Json), StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_are_used_only_where_they_are_wanted()
    {
        Assert.Contains("\e[31merror\e[0m", CheckReport.Write(Result(null), CheckFormat.Text, isColoured: true), StringComparison.Ordinal);
        Assert.DoesNotContain("\e", CheckReport.Write(Result(null), CheckFormat.Text), StringComparison.Ordinal);
        Assert.DoesNotContain("\e", CheckReport.Write(Result(null), CheckFormat.GitHub, isColoured: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, "no findings in 1 object of 2 files")]
    [InlineData(1, 0, 0, 0, "1 error in 1 object of 2 files")]
    [InlineData(0, 2, 0, 0, "2 warnings in 1 object of 2 files")]
    [InlineData(2, 1, 0, 0, "2 errors and 1 warning in 1 object of 2 files")]
    [InlineData(0, 0, 1, 3, "no findings in 1 object of 2 files; 1 Ingress of other classes not checked; 3 objects of kinds that are not used here left out")]
    public void The_summary_counts(int errors, int warnings, int otherClasses, int unknownKinds, string expected)
    {
        var findings = Enumerable.Range(0, errors).Select(i => Finding(FindingCode.InvalidHost, i))
            .Concat(Enumerable.Range(0, warnings).Select(i => Finding(FindingCode.UnknownSetting, i)));
        var result = new CheckResult(findings.ToEquatableArray()) { Files = 2, Objects = 1, OfOtherClasses = otherClasses, UnknownKinds = unknownKinds };
        Assert.Equal(expected, CheckReport.Summary(result));
    }

    private static CheckResult Result(SourceLocation? place) => new([Finding(FindingCode.InvalidHost, 0) with { Location = place }]);

    private static Finding Finding(FindingCode code, int rule) =>
        new(new ResourceRef("Ingress", Make.Id("web")), $"spec.rules[{rule}].host", code, "100% wrong, ::error::");
}
