using Sluice.Core.Resources;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Translation;

/// <summary>Settings that do nothing, or not what they say, are told with the reason.</summary>
public sealed class IdleSettingTests
{
    [Theory]
    [InlineData("nginx.ingress.kubernetes.io/canary-weight", "5", "canary-weight does nothing without canary")]
    [InlineData("sluice.dev/hsts-preload", "true", "hsts-preload does nothing without hsts")]
    [InlineData("haproxy.org/cors-max-age", "5s", "cors-max-age does nothing without cors-enable")]
    [InlineData("sluice.dev/session-cookie-secure", "true", "session-cookie-secure does nothing without cookie-persistence")]
    [InlineData("haproxy.org/check-interval", "5s", "check-interval does nothing without check or check-http or check-passive")]
    [InlineData("haproxy.org/request-redirect-code", "301", "request-redirect-code does nothing without request-redirect")]
    [InlineData("sluice.dev/maintenance-message", "Soon.", "maintenance-message does nothing without maintenance")]
    [InlineData("sluice.dev/timeout-queue", "5s", "timeout-queue does nothing without pod-maxconn")]
    public void What_needs_another_setting_is_told_without_it(string key, string value, string message)
    {
        var finding = Assert.Single(Make.Cluster(Make.Simple("web").Annotated(key, value), Make.Service("web")).Translated().Findings);
        Assert.Equal((FindingCode.IncompleteSetting, $"metadata.annotations[{key}]", message), (finding.Code, finding.Field, finding.Message));
    }

    [Fact]
    public void The_Ingress_and_its_Services_may_each_have_what_a_setting_of_the_other_needs()
    {
        Assert.Equal("check-fall does nothing for Ingress shop/web without check or check-http or check-passive", Message(Make.Simple("web"), ("sluice.dev/check-fall", "2")));
        Assert.Empty(Problems(Make.Simple("web").Annotated("sluice.dev/check", "true"), ("sluice.dev/check-fall", "2")));
        Assert.Empty(Problems(Make.Simple("web").Annotated("sluice.dev/check-fall", "2"), ("sluice.dev/check-http", "/")));
        Assert.Empty(Make.Cluster(Make.Simple("web").Annotated("sluice.dev/hsts-max-age", "5"), Make.Service("web"), Make.Config(("hsts", "false"))).Translated().Problems());
    }

    [Fact]
    public void Of_two_keys_for_one_setting_that_differ_the_farther_is_told()
    {
        var ingress = Make.Simple("web").Annotated("haproxy.org/deny-list", "10.0.0.0/8");
        Assert.Empty(Problems(ingress.Annotated("haproxy.org/blacklist", "10.0.0.0/8")));
        var finding = Assert.Single(Make.Cluster(ingress.Annotated("sluice.dev/deny-list", "10.0.0.0/9"), Make.Service("web")).Translated().Findings);
        Assert.Equal((FindingCode.OverruledSetting, "metadata.annotations[haproxy.org/deny-list]"), (finding.Code, finding.Field));
        Assert.StartsWith("sluice.dev/deny-list stands there, too", finding.Message, StringComparison.Ordinal);
        Assert.Empty(Problems(Make.Simple("web").Annotated("sluice.dev/deny-list", "10.0.0.0/9,192.168.0.0/16").Annotated("haproxy.org/deny-list", "192.168.0.0/16, 10.0.0.0/9")));
        Assert.Equal(
            ["OverruledSetting Ingress shop/web metadata.annotations[haproxy.org/ssl-redirect]"],
            Problems(Make.Simple("web").Annotated("sluice.dev/ssl-redirect", "true").Annotated("haproxy.org/ssl-redirect", "true")));
        Assert.Equal(
            ["OverruledSetting Ingress shop/web metadata.annotations[haproxy.com/deny-list]", "OverruledSetting Ingress shop/web metadata.annotations[haproxy.org/blacklist]"],
            Problems(ingress.Annotated("haproxy.org/blacklist", "10.1.0.0/16").Annotated("haproxy.com/deny-list", "nothing")));
    }

    [Fact]
    public void What_stands_in_the_wrong_place_is_told_with_the_right_one()
    {
        Assert.Equal("expected on an Ingress or in the ConfigMap; it is ignored here", Message(Make.Simple("web"), ("sluice.dev/hsts", "true")));
        Assert.Equal("expected on an Ingress or in the ConfigMap; requests get 503", Message(Make.Simple("web"), ("sluice.dev/allow-list", "10.0.0.0/8")));
        Assert.Equal("there is no such setting and it is ignored, did you mean sluice.dev/maintenance?", Message(Make.Simple("web").Annotated("haproxy.org/maintenance", "true")));
        Assert.Equal("expected in the ConfigMap; it is ignored here", Message(Make.Simple("web").Annotated("sluice.dev/trusted-proxies", "10.0.0.0/8")));
        Assert.Equal("this has no effect here: It belongs on the Ingress", Message(Make.Simple("web"), ("haproxy.org/allow-list", "10.0.0.0/8")));
    }

    [Theory]
    [InlineData("sluice.dev/load-balance", "leastcon", ", did you mean leastconn?")]
    [InlineData("sluice.dev/ssl-redirect", "Ture", ", did you mean true?")]
    [InlineData("sluice.dev/retry-on", "conn-failure,empty-respons", ", did you mean empty-response?")]
    [InlineData("sluice.dev/session-cookie-samesite", "lax", ", did you mean Lax?")]
    [InlineData("haproxy.org/send-proxy-protocol", "proxyv2", ", did you mean proxy-v2?")]
    [InlineData("sluice.dev/auth-url", "x", "")]
    [InlineData("sluice.dev/auth-method", "POTS", ", did you mean POST?")]
    [InlineData("sluice.dev/rate-limit-by", "clinet", ", did you mean client?")]
    [InlineData("sluice.dev/request-buffering-timeout", "10", ", did you mean 10s?")]
    [InlineData("sluice.dev/load-balance", "best", "")]
    [InlineData("sluice.dev/pod-maxconn", "10O", "")]
    public void A_slip_in_a_word_is_told_with_the_word(string key, string value, string hint) =>
        Assert.Contains(
            Make.Cluster(Make.Simple("web").Annotated(key, value), Make.Service("web")).Translated().Findings,
            finding => finding.Message.Contains($"{hint}; the default is used", StringComparison.Ordinal) || finding.Message.Contains($"{hint}; requests", StringComparison.Ordinal));

    [Theory]
    [InlineData("sluice.dev/whitelist", "allow-list")]
    [InlineData("haproxy.org/white-list", "whitelist")]
    [InlineData("haproxy.org/alow-list", "allow-list")]
    [InlineData("haproxy.org/rate-limit-whitelst", "rate-limit-whitelist")]
    public void A_slip_in_a_name_is_told_with_the_name_that_is_read(string key, string name) =>
        Assert.EndsWith($", did you mean {name}?", Message(Make.Simple("web").Annotated(key, "x")), StringComparison.Ordinal);

    [Fact]
    public void What_is_empty_under_a_name_of_haproxy_org_is_not_there()
    {
        Assert.Empty(Problems(Make.Simple("web").Annotated("haproxy.org/whitelist", " ").Annotated("haproxy.org/allow-list", "10.0.0.0/8")));
        Assert.Empty(Make.Cluster(Make.Simple("web"), Make.Service("web"), Make.Config(("whitelist", ""), ("allow-list", ""), ("load-balance", ""))).Translated().Problems());
        Assert.Equal(["InvalidSetting Ingress shop/web metadata.annotations[sluice.dev/allow-list]"], Problems(Make.Simple("web").Annotated("sluice.dev/allow-list", "?")));
    }

    [Fact]
    public void A_canary_and_a_Service_that_shares_requests_are_told_of_settings_for_requests()
    {
        var canary = Make.Simple("new").Annotated("sluice.dev/canary", "true").Annotated("sluice.dev/canary-weight", "5")
            .Annotated("sluice.dev/hsts", "true").Annotated("sluice.dev/allow-list", "10.0.0.0/8").Annotated("sluice.dev/pod-maxconn", "5").Annotated("sluice.dev/session-cookie-path", "/").Annotated("sluice.dev/cookie-persistence", "x");
        Assert.Equal(
            [
                "SettingOfRoute Ingress shop/new metadata.annotations[sluice.dev/allow-list]", "SettingOfRoute Ingress shop/new metadata.annotations[sluice.dev/hsts]",
                "SettingOfRoute Service shop/web metadata.annotations[sluice.dev/set-host]",
            ],
            Make.Cluster(Make.Simple("app"), canary, Annotated("web", ("sluice.dev/set-host", "a.test"))).Translated().Problems());

        var shared = Make.Cluster(
            Make.Simple("web").Annotated("sluice.dev/service-weights", "web=1,v2=1"), Make.Service("web"),
            Annotated("v2", ("sluice.dev/timeout-server", "5s"), ("sluice.dev/retries", "1"), ("sluice.dev/maintenance", "false"))).Translated();
        Assert.Equal(["SettingOfRoute Service shop/v2 metadata.annotations[sluice.dev/timeout-server]"], shared.Problems());
        Assert.StartsWith("what happens to requests is as Service web, whose requests it shares,", shared.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_canary_cannot_be_guarded_by_is_told_to_keep_requests_from_it()
    {
        var canary = Make.Simple("new").Annotated("sluice.dev/canary", "true").Annotated("nginx.ingress.kubernetes.io/canary-weight", "200").Annotated("sluice.dev/allow-list", "here");
        var findings = Make.Cluster(Make.Simple("app"), canary, Make.Service("web")).Translated().Findings;
        Assert.Contains(findings, finding => finding.Message.EndsWith("; the canary takes no requests", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Field == "metadata.annotations[nginx.ingress.kubernetes.io/canary-weight]");
    }

    [Fact]
    public void Guards_that_are_not_to_be_had_close_an_Ingress_and_not_the_world()
    {
        Assert.Equal(["UnsupportedSetting ConfigMap sluice-system/sluice data[route-acl]"], Make.Cluster(Make.Simple("web"), Make.Service("web"), Make.Config(("route-acl", "x"))).Translated().Problems());
        Assert.Equal(["UnsupportedGuard Ingress shop/web metadata.annotations[haproxy.org/route-acl]"], Problems(Make.Simple("web").Annotated("haproxy.org/route-acl", "x")));
        Assert.Contains("the node's own link", Message(Make.Simple("web").Annotated("sluice.dev/auth-url", "http://169.254.169.254/")), StringComparison.Ordinal);
        Assert.Contains("auth-type says none", Message(Make.Simple("web").Annotated("sluice.dev/auth-type", "none").Annotated("haproxy.org/auth-secret", "users")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_period_that_cannot_be_had_is_rounded_up()
    {
        var ingress = Make.Simple("web").Annotated("sluice.dev/rate-limit-requests", "100").Annotated("haproxy.org/rate-limit-period", "7s");
        var result = Make.Cluster(ingress, Make.Service("web")).Translated();
        var finding = Assert.Single(result.Findings);
        Assert.Equal(("RoundedSetting", "metadata.annotations[haproxy.org/rate-limit-period]"), (finding.Code.Id, finding.Field));
        Assert.Equal("there is no such period: as many requests as that are let through in 8s instead, which is stricter", finding.Message);
        var rate = result.Model.Hosts.Values.Single().Routes[0].Policy.Rate!;
        Assert.Equal((100, TimeSpan.FromSeconds(8)), (rate.Requests, rate.Period));
    }

    private static ServiceResource Annotated(string name, params (string Key, string Value)[] annotations) =>
        Make.Service(name) with { Annotations = annotations.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)).ToEquatableMap() };

    private static IEnumerable<string> Problems(IngressResource ingress, params (string Key, string Value)[] annotations) =>
        Make.Cluster(ingress, Annotated("web", annotations)).Translated().Problems();

    private static string Message(IngressResource ingress, params (string Key, string Value)[] annotations) =>
        Assert.Single(Make.Cluster(ingress, Annotated("web", annotations)).Translated().Findings).Message;
}
