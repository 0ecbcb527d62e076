using Sluice.Core.Model;
using Sluice.Core.Resources;
using Xunit;

namespace Sluice.Unit.Translation;

public sealed class TlsTests
{
    private const string Host = "shop.example.com";

    private static readonly IngressResource Ingress = Make.Simple("web").WithTls("tls", Host);

    [Fact]
    public void A_certificate_serves_the_hosts_of_its_entry()
    {
        var result = Cluster(Make.Simple("web").WithTls("tls", Host, "Api.Example.com"), Make.Secret("tls", TestCertificate.Wildcard)).Translated();

        Assert.Equal("api.example.com shop.example.com", result.Served(TestCertificate.Wildcard));
        Assert.Empty(result.Findings);
    }

    [Fact]
    public void An_address_is_left_out_of_an_entry_and_told()
    {
        var ingress = Make.Simple("web").WithTls("tls", Host, "[2001:db8::1]", "192.0.2.1");
        var result = Cluster(ingress, Make.Secret("tls", TestCertificate.Shop)).Translated();

        Assert.Equal(Host, result.Served(TestCertificate.Shop));
        Assert.Equal(["spec.tls[0].hosts[1]", "spec.tls[0].hosts[2]"], result.Findings.Select(finding => finding.Field));
    }

    [Fact]
    public void An_entry_without_hosts_is_for_the_hosts_of_the_rules()
    {
        var ingress = Make.Ingress("web", Make.Rule(Host, Make.Prefix("/")), Make.Rule("api.example.com", Make.Prefix("/"))).WithTls("tls");
        Assert.Equal("api.example.com shop.example.com", Cluster(ingress, Make.Secret("tls", TestCertificate.Wildcard)).Translated().Served(TestCertificate.Wildcard));
    }

    [Fact]
    public void An_entry_without_any_host_is_for_the_names_of_the_certificate()
    {
        var ingress = Make.Ingress("web", Make.Rule("", Make.Prefix("/"))).WithTls("tls");
        var result = Cluster(ingress, Make.Secret("tls", TestCertificate.Wildcard)).Translated();

        Assert.Equal("*.example.com", result.Served(TestCertificate.Wildcard));
        Assert.Equal(["* Prefix / > shop/web:80 https"], result.Routes());
    }

    [Fact]
    public void An_entry_whose_hosts_cannot_be_read_is_left_out_and_touches_nobody_else()
    {
        var others = Make.Ingress("others", Make.Rule("", Make.Prefix("/")));
        foreach (var bad in new[] { Make.Simple("bad", "b.example.com").WithTls("tls", "not a host"), Make.Simple("bad", "not a host").WithTls("tls") })
        {
            var result = Cluster(others, bad, Make.Secret("tls", TestCertificate.Shop)).Translated();

            Assert.Equal("", result.Served(TestCertificate.Shop));
            Assert.Contains("* Prefix / > shop/web:80", result.Routes());
            Assert.StartsWith("InvalidHost Ingress shop/bad", Assert.Single(result.Problems()), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("missing", "SecretNotFound")]
    [InlineData("garbage", "InvalidCertificate")]
    [InlineData("mismatched", "InvalidCertificate")]
    [InlineData("keyless", "InvalidCertificate")]
    [InlineData("expired", "InvalidCertificate")]
    [InlineData("early", "InvalidCertificate")]
    [InlineData("weak", "InvalidCertificate")]
    public void A_secret_that_cannot_serve_is_told_and_the_default_certificate_does(string kind, string code)
    {
        var result = Cluster(Ingress, Bad(kind)).Translated();

        Assert.Empty(result.Model.Certificates);
        Assert.Same(TestCertificate.SelfSigned, result.Model.DefaultCertificate);
        Assert.Equal([$"{code} Ingress shop/web spec.tls[0].secretName"], result.Problems());
        Assert.EndsWith("else the default one", result.Findings[0].Message, StringComparison.Ordinal);
        Assert.Equal([$"{Host} Prefix / > shop/web:80 https"], result.Routes());
    }

    [Theory]
    [InlineData("missing", "SecretNotFound")]
    [InlineData("garbage", "InvalidCertificate")]
    [InlineData("expired", "InvalidCertificate")]
    public void A_secret_that_breaks_leaves_its_last_good_certificate_in_force_until_that_expires(string kind, string code)
    {
        var good = Cluster(Ingress, Make.Secret("tls", TestCertificate.Shop));
        var broken = kind == "missing" ? good.Without(Make.Secret("tls", "", "")) : good.With(Bad(kind)!);
        var result = broken.Translated(good.Translated());

        Assert.Equal(Host, result.Served(TestCertificate.Shop));
        Assert.Equal([$"{code} Ingress shop/web spec.tls[0].secretName"], result.Problems());
        Assert.EndsWith("its last good certificate serves", result.Findings[0].Message, StringComparison.Ordinal);
        Assert.Equal(TestCertificate.Expiry, result.NextExpiry);

        var later = (broken with { Now = TestCertificate.Expiry }).Translated(result);
        Assert.Empty(later.Model.Certificates);
        Assert.Null(later.NextExpiry);

        Assert.Equal(Host, broken.With(Make.Secret("tls", TestCertificate.OtherShop)).Translated(result).Served(TestCertificate.OtherShop));
    }

    [Fact]
    public void A_certificate_that_becomes_valid_or_expires_without_any_other_change_is_noticed()
    {
        var (from, to) = (Make.Now.AddDays(1), Make.Now.AddDays(2));
        var certificate = TestCertificate.Valid(from, to, Host);
        var cluster = Cluster(Ingress, Make.Secret("tls", certificate));
        var early = cluster.Translated();
        var valid = (cluster with { Now = from }).Translated(early);
        var broken = (cluster.With(Bad("garbage")!) with { Now = from.AddHours(1) }).Translated(valid);
        var expired = (cluster with { Now = to }).Translated(valid);

        Assert.Equal(("", from), (early.Served(certificate), early.NextExpiry));
        Assert.Equal((Host, to), (valid.Served(certificate), valid.NextExpiry));
        Assert.Equal((Host, to), (broken.Served(certificate), broken.NextExpiry));
        Assert.Equal(("", null), (expired.Served(certificate), expired.NextExpiry));
    }

    [Fact]
    public void A_host_is_served_by_one_certificate_of_each_key_type()
    {
        var result = Cluster(
            Make.Simple("web").WithTls("ecdsa", Host).WithTls("rsa", Host),
            Make.Secret("ecdsa", TestCertificate.Shop), Make.Secret("rsa", TestCertificate.RsaShop)).Translated();

        Assert.Equal((Host, Host), (result.Served(TestCertificate.Shop), result.Served(TestCertificate.RsaShop)));
        Assert.Equal([KeyType.Ecdsa, KeyType.Rsa], result.Model.Certificates.Values.Select(served => served.Certificate.KeyType).Order().Reverse());
        Assert.Empty(result.Findings);
    }

    [Fact]
    public void Of_two_certificates_for_a_host_that_of_the_older_ingress_serves()
    {
        var older = Make.Simple("z", path: "/z").WithTls("old", Host).OnDay(1);
        var younger = Make.Simple("a", path: "/a").WithTls("new", Host, "api.example.com").OnDay(2);
        var result = Cluster(
            older, younger, Make.Secret("old", TestCertificate.Shop), Make.Secret("new", TestCertificate.Wildcard)).Translated();

        Assert.Equal((Host, "api.example.com"), (result.Served(TestCertificate.Shop), result.Served(TestCertificate.Wildcard)));
        Assert.Equal(["CertificateConflict Ingress shop/a spec.tls[0].secretName"], result.Problems());
        Assert.Contains("Ingress shop/z", result.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_certificate_in_two_secrets_is_no_conflict()
    {
        var result = Cluster(
            Make.Simple("a", path: "/a").WithTls("one", Host), Make.Simple("b", path: "/b").WithTls("two", Host),
            Make.Secret("one", TestCertificate.Shop), Make.Secret("two", TestCertificate.Shop)).Translated();

        Assert.Equal(Host, result.Served(TestCertificate.Shop));
        Assert.Empty(result.Findings);
    }

    [Fact]
    public void A_certificate_for_other_names_serves_all_the_same_and_is_told()
    {
        var result = Cluster(Make.Simple("web", "other.example.org").WithTls("tls", "other.example.org"), Make.Secret("tls", TestCertificate.Shop)).Translated();

        Assert.Equal("other.example.org", result.Served(TestCertificate.Shop));
        Assert.Equal(["CertificateHostMismatch Ingress shop/web spec.tls[0].hosts"], result.Problems());
    }

    [Fact]
    public void An_entry_without_a_secret_gives_its_hosts_tls_with_the_default_certificate()
    {
        var result = Cluster(Make.Simple("web").WithTls("", Host)).Translated();

        Assert.Equal([$"{Host} Prefix / > shop/web:80 https"], result.Routes());
        Assert.Empty(result.Findings);
        Assert.Empty(result.Model.Certificates);
    }

    [Fact]
    public void The_default_certificate_is_that_of_the_settings_while_it_is_good()
    {
        var config = Make.Config(("default-certificate", "shop/tls"));
        var good = Cluster(config, Make.Secret("tls", TestCertificate.Shop)).Translated();
        var missing = Cluster(config).Translated();

        Assert.Equal(TestCertificate.Shop.Read(), good.Model.DefaultCertificate);
        Assert.Same(TestCertificate.SelfSigned, missing.Model.DefaultCertificate);
        Assert.Equal(["SecretNotFound ConfigMap sluice-system/sluice data[default-certificate]"], missing.Problems());
    }

    [Fact]
    public void Chain_and_key_are_written_anew_so_that_nothing_else_of_the_secret_gets_through()
    {
        var shop = TestCertificate.Shop;
        var secret = Make.Secret("tls", $"evil\n\nadd map\n{shop.Chain}\nevil\n", $"evil\n{shop.Key}\nevil\n");
        var pem = Assert.Single(Cluster(Ingress, secret).Translated().Model.Certificates.Values).Certificate.Pem.Reveal;

        Assert.Equal(shop.Read().Pem.Reveal, pem);
        Assert.DoesNotContain("\n\n", pem, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", pem, StringComparison.Ordinal);
    }

    private static ClusterSnapshot Cluster(params Resource?[] objects) => Make.Cluster([Make.Service("web"), .. objects.OfType<Resource>()]);

    private static SecretResource? Bad(string kind) => kind switch
    {
        "missing" => null,
        "garbage" => Make.Secret("tls", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "x"),
        "mismatched" => Make.Secret("tls", TestCertificate.Shop.Chain, TestCertificate.OtherShop.Key),
        "keyless" => new SecretResource(Make.Id("tls"), "kubernetes.io/tls", default),
        "expired" => Make.Secret("tls", TestCertificate.Valid(Make.Now.AddDays(-2), Make.Now, Host)),
        "early" => Make.Secret("tls", TestCertificate.Valid(Make.Now.AddSeconds(1), TestCertificate.Expiry, Host)),
        _ => Make.Secret("tls", TestCertificate.Rsa(1024, Host)),
    };
}
