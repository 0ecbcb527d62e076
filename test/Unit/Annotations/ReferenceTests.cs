using System.Reflection;
using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Annotations;

/// <summary>The generated pages of the documentation.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void The_page_of_annotations_says_what_is_declared() =>
        Golden.AssertEqual(Path.Join(Golden.Root, "docs", "reference", "annotations.md"), SettingReference.Annotations(SettingCatalog.All));

    [Fact]
    public void The_page_of_the_ConfigMap_says_what_is_declared() =>
        Golden.AssertEqual(Path.Join(Golden.Root, "docs", "reference", "configmap.md"), SettingReference.ConfigMap(SettingCatalog.All));

    [Fact]
    public void The_page_of_findings_says_what_is_declared() =>
        Golden.AssertEqual(Path.Join(Golden.Root, "docs", "reference", "findings.md"), SettingReference.Findings(FindingCode.All));

    [Fact]
    public void The_page_of_foreign_keys_says_what_is_declared() =>
        Golden.AssertEqual(Path.Join(Golden.Root, "docs", "reference", "haproxy-org.md"), SettingReference.ForeignKeys(HaproxyOrg.All));

    [Fact]
    public void Every_foreign_key_has_one_verdict_and_a_reason_unless_it_means_the_same()
    {
        Assert.Equal(HaproxyOrg.All.Select(key => key.Name).Distinct(), HaproxyOrg.All.Select(key => key.Name));
        Assert.All(HaproxyOrg.All, key =>
        {
            Assert.Equal(key.Verdict is Verdict.Same or Verdict.Differs, HaproxyOrg.SettingOf(key.Name) is not null);
            Assert.True(key.Verdict == Verdict.Same ? key.Reason.Length == 0 : key.Reason.EndsWith('.'), key.Name);
        });
        Assert.Equal((Verdict.Same, Verdict.Differs, Verdict.Ignored, Verdict.Refused), (Of("cors-enable"), Of("path-rewrite"), Of("clean-certs"), Of("route-acl")));

        static Verdict Of(string name) => HaproxyOrg.All.Single(key => key.Name == name).Verdict;
    }

    [Fact]
    public void What_a_name_brings_with_it_is_a_value_of_another_setting()
    {
        var brought = SettingCatalog.All.SelectMany(setting => setting.Aliases).SelectMany(alias => alias.Brings).ToList();
        Assert.NotEmpty(brought);
        Assert.All(brought, entry => Assert.Equal(entry.Value, SettingCatalog.All.Single(setting => setting.Name == entry.Key).Normal(entry.Value)));
    }

    [Fact]
    public void Every_finding_is_in_the_list_once_and_described()
    {
        Assert.Equal(
            Fields<FindingCode>(typeof(FindingCode)).OrderBy(code => code.Id, StringComparer.Ordinal),
            FindingCode.All.OrderBy(code => code.Id, StringComparer.Ordinal));
        Assert.All(FindingCode.All, code => Assert.Matches("^[A-Z][A-Za-z]+$", code.Id));
        Assert.All(FindingCode.All, code => Assert.EndsWith(".", code.Summary, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_setting_that_is_declared_is_in_the_catalogue()
    {
        var features = typeof(Redirects).Assembly.GetTypes().Where(type => type.Namespace == typeof(Redirects).Namespace);
        Assert.Equal(
            features.SelectMany(Fields<Setting>).OrderBy(setting => setting.Name, StringComparer.Ordinal),
            SettingCatalog.All.OrderBy(setting => setting.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void No_name_stands_for_two_settings()
    {
        var keys = SettingCatalog.All.SelectMany(setting => setting.Aliases.Select(alias => alias.Key).Append(setting.Key)).ToList();
        Assert.Equal(keys.Distinct(), keys);
    }

    [Fact]
    public void Every_example_and_every_default_can_be_read_and_is_explained()
    {
        Assert.All(SettingCatalog.All, setting =>
        {
            Assert.True(setting.Normal(setting.Example) is not null, $"the example of {setting.Name}");
            Assert.True(setting.FallbackText.Length == 0 || setting.Normal(setting.FallbackText) is not null, $"the default of {setting.Name}");
            Assert.NotEqual(setting.FallbackText, setting.Example);
            Assert.EndsWith(".", setting.Summary, StringComparison.Ordinal);
            Assert.NotEmpty(setting.Expected);
            Assert.NotEqual(Scopes.None, setting.Scopes);
            Assert.Matches("^[a-z]+(-[a-z]+)*$", setting.Name);
        });
    }

    [Fact]
    public void A_setting_is_found_by_its_name_in_its_place()
    {
        Assert.Same(Redirects.SslRedirect, SettingCatalog.Place("sluice.dev/ssl-redirect", Scopes.Ingress)?.Setting);
        Assert.Same(Redirects.SslRedirect, SettingCatalog.Place("ssl-redirect", Scopes.Global)?.Setting);
        Assert.Null(SettingCatalog.Place("path-type", Scopes.Global));
        Assert.Null(SettingCatalog.Place("sluice.dev/SSL-redirect", Scopes.Ingress));
    }

    private static IEnumerable<T> Fields<T>(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<T>();
}
