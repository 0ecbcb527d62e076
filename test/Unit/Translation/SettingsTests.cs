using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Translation;

public sealed class SettingsTests
{
    private const string Own = "sluice.dev/ssl-redirect";

    private static readonly IngressResource Ingress = Make.Simple("web").WithTls("", "shop.example.com");

    [Fact]
    public void A_host_with_tls_is_redirected_unless_the_ingress_or_the_settings_say_otherwise()
    {
        Assert.True(IsRedirected(Ingress));
        Assert.False(IsRedirected(Make.Simple("web")));
        Assert.False(IsRedirected(Ingress.Annotated(Own, "false")));
        Assert.False(IsRedirected(Ingress, ("ssl-redirect", "false")));
        Assert.True(IsRedirected(Ingress.Annotated(Own, " true\n"), ("ssl-redirect", "false")));
    }

    [Fact]
    public void A_host_below_a_wildcard_with_tls_is_redirected_too()
    {
        var wildcard = Make.Simple("wild", "*.example.com").WithTls("", "*.example.com");
        Assert.Equal(
            ["*.example.com Prefix / > shop/web:80 https", "a.b.example.com Prefix / > shop/web:80", "shop.example.com Prefix / > shop/web:80 https"],
            Make.Cluster(wildcard, Make.Simple("web"), Make.Simple("deep", "a.b.example.com"), Make.Service("web")).Translated().Routes());
    }

    [Fact]
    public void Tls_that_comes_and_goes_with_another_ingress_turns_the_redirect_on_and_off()
    {
        var tls = Make.Ingress("tls").WithTls("", "*.example.com");
        var without = Make.Cluster(Make.Simple("web"), Make.Service("web"));
        var first = without.Translated();
        var second = without.With(tls).Translated(first);
        var third = without.Translated(second);

        Assert.EndsWith(" https", Assert.Single(second.Routes()), StringComparison.Ordinal);
        Assert.Equal(first.Routes(), third.Routes());
    }

    [Theory]
    [InlineData("haproxy.org/ssl-redirect")]
    [InlineData("haproxy-ingress.github.io/ssl-redirect")]
    [InlineData("nginx.ingress.kubernetes.io/ssl-redirect")]
    public void Other_controllers_names_are_read_where_our_own_is_not_given(string alias)
    {
        Assert.False(IsRedirected(Ingress.Annotated(alias, "false")));
        Assert.True(IsRedirected(Ingress.Annotated(alias, "false").Annotated(Own, "true")));
    }

    [Fact]
    public void A_value_that_cannot_be_read_is_told_with_what_was_expected_and_the_default_is_used()
    {
        var result = Translate(Ingress.Annotated(Own, "yes\nplease"));

        Assert.Equal(["InvalidSetting Ingress shop/web metadata.annotations[sluice.dev/ssl-redirect]"], result.Problems());
        Assert.Equal("value 'yes?please' cannot be read, expected true or false; the default is used", result.Findings[0].Message);
        Assert.EndsWith(" https", Assert.Single(result.Routes()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_value_under_our_own_name_is_not_replaced_by_an_alias_and_a_long_one_is_cut()
    {
        var result = Translate(Ingress.Annotated(Own, new string('x', 100_000)).Annotated("haproxy.org/ssl-redirect", "false"));

        Assert.EndsWith(" https", Assert.Single(result.Routes()), StringComparison.Ordinal);
        Assert.Equal(["InvalidSetting", "OverruledSetting"], result.Findings.Select(finding => finding.Code.Id).Order(StringComparer.Ordinal));
        Assert.All(result.Findings, finding => Assert.True(finding.Message.Length < 200));
    }

    [Theory]
    [InlineData("sluice.dev/ssl-redirekt", ", did you mean ssl-redirect?")]
    [InlineData("sluice.dev/path-typ", ", did you mean path-type?")]
    [InlineData("sluice.dev/no-such-thing-at-all", "")]
    [InlineData("sluice.dev/", "")]
    public void An_unknown_annotation_of_ours_is_told_with_the_name_it_may_stand_for(string key, string hint)
    {
        var finding = Assert.Single(Translate(Make.Simple("web").Annotated(key, "x")).Findings);

        Assert.Equal((FindingCode.UnknownSetting, $"metadata.annotations[{key}]"), (finding.Code, finding.Field));
        Assert.Equal($"there is no such setting and it is ignored{hint}", finding.Message);
    }

    [Fact]
    public void Annotations_of_others_are_none_of_our_business() =>
        Assert.Empty(Translate(Make.Simple("web").Annotated("example.com/x", "y")).Findings);

    [Fact]
    public void A_key_of_haproxy_org_that_nobody_knows_is_told_with_the_nearest_setting() => Assert.Contains(
        "did you mean allow-list?",
        Assert.Single(Translate(Ingress.Annotated("haproxy.org/alow-list", "10.0.0.0/8")).Findings).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_key_of_haproxy_org_that_has_no_effect_here_is_told()
    {
        var result = Translate(Ingress.Annotated("haproxy.org/backend-config-snippet", "x"), ("dontlognull", "no"), ("logasap", "False"));

        Assert.Equal(
            [
                "NeedlessSetting ConfigMap sluice-system/sluice data[logasap]",
                "UnsupportedSetting ConfigMap sluice-system/sluice data[dontlognull]",
                "UnsupportedSetting Ingress shop/web metadata.annotations[haproxy.org/backend-config-snippet]",
            ],
            result.Problems().Order(StringComparer.Ordinal));
        Assert.Contains(result.Findings, finding => finding.Message == "this has no effect here: Nothing that a user writes becomes configuration");
    }

    [Fact]
    public void Names_of_haproxy_org_are_read_under_each_of_its_prefixes_the_first_of_which_counts()
    {
        foreach (var prefix in (string[])["haproxy.org/", "haproxy.com/", "ingress.kubernetes.io/", ""])
        {
            Assert.False(IsRedirected(Ingress.Annotated($"{prefix}ssl-redirect", "false")));
            Assert.Equal([$"UnsupportedSetting Ingress shop/web metadata.annotations[{prefix}backend-config-snippet]"], Translate(Ingress.Annotated($"{prefix}backend-config-snippet", "x")).Problems());
        }

        Assert.True(IsRedirected(Ingress.Annotated("haproxy.com/ssl-redirect", "true").Annotated("ingress.kubernetes.io/ssl-redirect", "false")));
        Assert.False(IsRedirected(Ingress.Annotated("haproxy.org/ssl-redirect", "false").Annotated("haproxy.com/ssl-redirect", "true")));
    }

    [Theory]
    [InlineData("nginx.ingress.kubernetes.io/auth-url", true)]
    [InlineData("nginx.ingress.kubernetes.io/whitelist-source-range", true)]
    [InlineData("nginx.ingress.kubernetes.io/configuration-snippet", true)]
    [InlineData("traefik.ingress.kubernetes.io/router.middlewares", true)]
    [InlineData("haproxy-ingress.github.io/auth-tls-secret", true)]
    [InlineData("ingress.kubernetes.io/limit-rps", true)]
    [InlineData("nginx.ingress.kubernetes.io/server-alias", false)]
    [InlineData("ingress.kubernetes.io/rewrite-target", false)]
    [InlineData("example.com/auth-url", false)]
    public void A_guard_of_another_controller_is_told_where_it_is_not_read(string key, bool isTold)
    {
        var result = Translate(Ingress.Annotated(key, "https://auth.example.com"));

        Assert.Equal(isTold ? [$"UnsupportedSetting Ingress shop/web metadata.annotations[{key}]"] : [], result.Problems());
        Assert.Equal(Translate(Ingress).Routes(), result.Routes());
    }

    [Fact]
    public void The_config_map_is_read_and_what_is_wrong_in_it_costs_only_itself()
    {
        var result = Translate(
            Ingress, ("server-header", "false"), ("trusted-proxies", "10.0.0.0/8, 2001:db8::/32,"), ("default-backend", "web:"), ("path-type", "regex"), ("server-heade", "x"));

        Assert.False(result.Model.Global.ServerHeader);
        Assert.Equal("[10.0.0.0/8, 2001:db8::/32]", result.Model.Global.TrustedProxies.ToString());
        Assert.Equal(
            [
                "InvalidSetting ConfigMap sluice-system/sluice data[default-backend]",
                "MisplacedSetting ConfigMap sluice-system/sluice data[path-type]",
                "UnknownSetting ConfigMap sluice-system/sluice data[server-heade]",
            ],
            result.Problems());
    }

    [Fact]
    public void Only_the_config_map_that_the_operator_named_is_read_and_a_file_goes_before_it()
    {
        var other = Make.Config(("server-header", "false")) with { Id = Make.Id("sluice") };
        Assert.True(Make.Cluster(other).Translated().Model.Global.ServerHeader);
        Assert.False(Translator.Translate(Make.Cluster(other), Show.Options with { Config = other.Id }).Model.Global.ServerHeader);
        Assert.False(Translator.Translate(Make.Cluster(Make.Config()), Show.Options with { ConfigFile = other }).Model.Global.ServerHeader);
    }

    [Fact]
    public void Without_a_config_map_the_defaults_hold()
    {
        Assert.Equal(new GlobalPolicy(), Make.Cluster().Translated().Model.Global);
        Assert.Equal(new GlobalPolicy(), Make.Cluster(Make.Config()).Translated().Model.Global);
    }

    [Fact]
    public void Findings_have_the_place_in_the_file_and_are_printed_in_one_line()
    {
        var ingress = Make.Simple("web").Annotated("sluice.dev/a\nb", "x").WithTls("a\nb", "shop.example.com");
        var cluster = Make.Cluster(ingress, Make.Service("web"));
        var result = (cluster with { Locations = cluster.Locations.SetItem(ingress.Ref, new SourceLocation("dir/a.yaml", 3)) }).Translated();

        Assert.Equal(
            [
                "dir/a.yaml:3: Ingress shop/web, metadata.annotations[sluice.dev/a?b]: there is no such setting and it is ignored [UnknownSetting]",
                "dir/a.yaml:3: Ingress shop/web, spec.tls[0].secretName: Secret shop/a?b: it does not exist; another certificate of its hosts serves, else the default one [SecretNotFound]",
            ],
            result.Findings.Select(finding => finding.ToString()));
    }

    [Fact]
    public void What_stands_in_a_Service_for_another_controller_is_told_only_where_an_Ingress_of_ours_names_it()
    {
        var service = Make.Service("other") with
        {
            Annotations = new Dictionary<string, string> { ["haproxy.org/route-acl"] = "x", ["haproxy.org/check"] = "maybe", ["sluice.dev/chek"] = "x" }.ToEquatableMap(),
        };
        var alone = Make.Cluster(Make.Simple("web"), Make.Service("web"), service).Translated();
        Assert.Equal(["UnknownSetting Service shop/other metadata.annotations[sluice.dev/chek]"], alone.Problems());
        var named = Make.Cluster(Make.Simple("web"), Make.Service("web"), service, Make.Simple("new", "new.example.com", service: "other")).Translated(alone);
        Assert.Equal(3, named.Problems().Count());
    }

    private static bool IsRedirected(IngressResource ingress, params (string Key, string Value)[] settings) =>
        Assert.Single(Translate(ingress, settings).Routes()).EndsWith(" https", StringComparison.Ordinal);

    private static TranslationResult Translate(IngressResource ingress, params (string Key, string Value)[] settings) =>
        Make.Cluster(ingress, Make.Service("web"), Make.Config(settings)).Translated();
}
