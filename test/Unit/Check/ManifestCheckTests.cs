using System.Text;
using Sluice.Controller.Check;
using Sluice.Controller.Manifests;
using Sluice.Core.Translation;
using Sluice.Core.Values;
using Sluice.Unit.Haproxy;
using Sluice.Unit.Manifests;
using Xunit;

namespace Sluice.Unit.Check;

/// <summary>What is read, and that what is found there is what the controller would find.</summary>
public sealed class ManifestCheckTests : IDisposable
{
    private const string Config = "sluice-system/sluice";

    private readonly string folder = Directory.CreateTempSubdirectory("sluice-check-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_golden_case_gives_the_findings_of_a_folder_that_is_served()
    {
        var cases = Path.Join(Golden.Root, "test", "Unit", "Golden", "Cases");
        Assert.All(Directory.EnumerateDirectories(cases, "*", SearchOption.AllDirectories), place =>
        {
            var served = Translator.Translate(new FolderWatch(place).ReadAll(), Show.Options).Findings;
            Assert.Equal(Texts(served), Texts(ManifestCheck.Run([place], new CheckOptions(Config), Stream.Null).Findings));
        });

        // The place is more exact, and there is no self-signed certificate to speak of; all else is the same.
        static IEnumerable<string> Texts(IEnumerable<Finding> findings) =>
            findings.Select(finding => $"{finding with { Location = null }}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Files_and_folders_count_as_one_folder()
    {
        Write("a/ingress.yaml", Manifest.Ingress("web"));
        Write("service.yaml", Service);
        Assert.Equal(["ServiceNotFound a/ingress.yaml:12"], Check("a"));
        Assert.Empty(Check("a", "service.yaml"));
        Assert.Empty(Check("a/ingress.yaml", "service.yaml"));
    }

    [Fact]
    public void What_is_named_twice_is_read_once()
    {
        Write("a/ingress.yaml", Manifest.Ingress("web"));
        Write("a/service.yaml", Service);
        Assert.Empty(Check("a", "a/../a/ingress.yaml", "a"));
    }

    [Fact]
    public void The_same_object_in_two_files_is_told()
    {
        Write("a/ingress.yaml", Manifest.Ingress("web") + "---\n" + Service);
        Write("b/copy.yaml", "# a comment\n---\n" + Manifest.Ingress("web"));
        Assert.Equal(["DuplicateObject b/copy.yaml:3"], Check("a", "b"));
    }

    [Fact]
    public void A_file_that_is_named_is_read_whatever_its_name()
    {
        Write("template.txt", Manifest.Ingress("web", host: "'a b'"));
        Assert.Equal(["InvalidHost template.txt:7"], Check("template.txt"));
        Assert.Equal(0, Run(".").Files);
    }

    [Fact]
    public void Standard_input_is_read_with_the_rest()
    {
        Write("service.yaml", Service);
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Manifest.Ingress("web", host: "'a b'")));
        var result = ManifestCheck.Run(["-", Path.Join(folder, "service.yaml"), "-"], new CheckOptions(Config), input);
        Assert.Equal(["InvalidHost stdin:7"], Lines(result));
    }

    [Fact]
    public void A_file_with_a_byte_order_mark_has_the_same_lines()
    {
        Write("a.yaml", "\uFEFF" + Manifest.Ingress("web", host: "'a b'") + "---\n" + Service);
        Assert.Equal(["InvalidHost a.yaml:7"], Check("a.yaml"));
    }

    [Fact]
    public void A_path_that_is_not_there_is_no_finding_but_a_failure()
    {
        var failure = Assert.ThrowsAny<IOException>(() => Run("nothing"));
        Assert.Contains("nothing: there is no such file or folder", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Global_settings_come_from_the_ConfigMap_that_is_named()
    {
        Write("all.yaml", Settings("sluice-system", "sluice", "trusted-proxies: everyone") + Settings("infra", "edge", "trusted-proxies: anyone"));
        Assert.Equal(["InvalidSetting all.yaml:6"], Check("all.yaml"));
        Assert.Equal(["InvalidSetting all.yaml:12"], Lines(ManifestCheck.Run([Path.Join(folder, "all.yaml")], new CheckOptions("infra/edge"), Stream.Null)));
    }

    [Fact]
    public void Global_settings_of_a_file_of_their_own_are_checked_where_they_stand()
    {
        Write("manifests/a.yaml", Service);
        Write("settings.yaml", "# mine\n" + Settings("infra", "edge", "trusted-proxies: everyone"));
        var result = ManifestCheck.Run([Path.Join(folder, "manifests")], new CheckOptions(Path.Join(folder, "settings.yaml")), Stream.Null);
        Assert.Equal(["InvalidSetting settings.yaml:7"], Lines(result));
        Assert.Equal(1, result.Objects);
        Assert.Throws<InvalidDataException>(() => ManifestCheck.Run([folder], new CheckOptions("neither"), Stream.Null));
    }

    [Fact]
    public void The_class_that_is_ours_can_be_named()
    {
        Write("a.yaml", Manifest.Ingress("web", host: "'a b'").Replace("spec:", "spec:\n  ingressClassName: edge", StringComparison.Ordinal));
        Assert.Equal((0, 1), (Run("a.yaml").Findings.Count, Run("a.yaml").OfOtherClasses));
        var named = ManifestCheck.Run([Path.Join(folder, "a.yaml")], new CheckOptions(Config, "edge"), Stream.Null);
        Assert.Equal(["InvalidHost a.yaml:8"], Lines(named));
        Assert.Equal(0, named.OfOtherClasses);
    }

    [Fact]
    public void What_the_operator_gives_at_start_can_be_given_here_too()
    {
        Write("a.yaml", Manifest.Ingress("web").Replace("metadata:", "metadata:\n  annotations: {sluice.dev/deny-countries: DE}", StringComparison.Ordinal) + "---\n" + Service);
        Write("b.yaml", Settings("sluice-system", "sluice", "global-config-snippet: maxconn 10"));
        File.WriteAllBytes(Path.Join(folder, "countries.mmdb"), new MaxMindFile().Add("127.0.0.0/8", "DE").ToArray());
        File.WriteAllText(Path.Join(folder, "none.mmdb"), "127.0.0.0/8,DE");
        Assert.Equal(["NoCountryDatabase", "SnippetNotAllowed"], Codes(new CheckOptions(Config)));
        Assert.Equal(["SnippetNotAllowed"], Codes(new CheckOptions(Config) { Countries = Path.Join(folder, "countries.mmdb") }));
        Assert.Equal(["NoCountryDatabase"], Codes(new CheckOptions(Config) { AllowSnippets = true }));
        Assert.Contains("none.mmdb: it is no database", Assert.Throws<InvalidDataException>(
            () => Codes(new CheckOptions(Config) { Countries = Path.Join(folder, "none.mmdb") })).Message, StringComparison.Ordinal);

        List<string> Codes(CheckOptions chosen) => [.. ManifestCheck.Run([folder], chosen, Stream.Null).Findings.Select(finding => $"{finding.Code}").Order(StringComparer.Ordinal)];
    }

    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {ports: [{port: 80}]}

        """;

    private static string Settings(string scope, string name, string setting) => $$"""
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{name}}, namespace: {{scope}}}
        data:
          {{setting}}

        """;

    private void Write(string file, string text)
    {
        var path = Path.Join(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private CheckResult Run(params IEnumerable<string> paths) =>
        ManifestCheck.Run([.. paths.Select(path => Path.Join(folder, path))], new CheckOptions(Config), Stream.Null);

    private IEnumerable<string> Check(params IEnumerable<string> paths) => Lines(Run(paths));

    private IEnumerable<string> Lines(CheckResult result) =>
        result.Findings.Select(finding => $"{finding.Code} {finding.Location}".Replace($"{folder}/", "", StringComparison.Ordinal));
}
