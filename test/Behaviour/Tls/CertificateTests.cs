using System.Net.Security;
using System.Security.Authentication;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Tls;

/// <summary>Which certificate a client is served, from the first Secret to the last.</summary>
public sealed class CertificateTests(CertificateTests.Given given) : IClassFixture<CertificateTests.Given>
{
    private static readonly TestCertificate Other = TestCertificate.Ecdsa("untouched.test");

    public sealed class Given() : Scenario("app")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(Pods.All));
            files.Write("untouched.yaml", IngressOf("untouched", "untouched.test"), Secret("untouched", Other));
        });

        internal Task<Handshake> HandshakeAsync(string host, Action<SslClientAuthenticationOptions>? restrict = null) =>
            TlsClient.HandshakeAsync(Sluice.HttpsPort, host, restrict);

        /// <summary>Brings an Ingress with a TLS entry, and a Secret if there is one, to life. Another host must not notice.</summary>
        internal async Task<Change> ServeAsync(string name, string secret)
        {
            var change = await Sluice.ApplyAsync(files => files.Write($"{name}.yaml", IngressOf(name, $"{name}.test"), secret));
            Assert.True((await HandshakeAsync("untouched.test")).Served(Other), "The certificate of another host changed.");
            return change;
        }

        internal static string IngressOf(string name, params string[] hosts) =>
            Ingress(name, hosts.Select(host => Rule(host, Prefix("/", "app"))), tls: [(name, hosts)]);
    }

    [Fact]
    public async Task A_host_is_served_its_own_certificate_and_the_wildcard_its_siblings()
    {
        var (exact, wildcard) = (TestCertificate.Ecdsa("a.sni.test"), TestCertificate.Ecdsa("*.sni.test"));
        await given.Sluice.ApplyAsync(files => files.Write(
            "sni.yaml",
            Given.IngressOf("exact", "a.sni.test"),
            Secret("exact", exact),
            Given.IngressOf("wildcard", "*.sni.test"),
            Secret("wildcard", wildcard)));

        Assert.True((await given.HandshakeAsync("a.sni.test")).Served(exact));
        Assert.True((await given.HandshakeAsync("A.SNI.test")).Served(exact));
        Assert.True((await given.HandshakeAsync("b.sni.test")).Served(wildcard));
        Assert.Equal(await DefaultAsync(), (await given.HandshakeAsync("c.b.sni.test")).Thumbprint);
        Assert.Equal(await DefaultAsync(), (await given.HandshakeAsync("sni.test")).Thumbprint);
    }

    [Fact]
    public async Task The_default_certificate_is_the_one_that_is_set_while_there_is_such_a_Secret()
    {
        var own = await DefaultAsync();
        var (former, latter) = (TestCertificate.Ecdsa("any.test"), TestCertificate.Ecdsa("any.test"));

        await given.Sluice.ApplyAsync(files => files.Write("default.yaml", Settings(("default-certificate", "default/fallback")), Secret("fallback", former)));
        Assert.True((await given.HandshakeAsync("nobody.test")).Served(former));
        var worker = await given.Sluice.Master.WorkerPidAsync();
        await given.Sluice.ApplyAsync(files => files.Write("default.yaml", Settings(("default-certificate", "default/fallback")), Secret("fallback", latter)));
        Assert.True((await given.HandshakeAsync("nobody.test")).Served(latter));

        var change = await given.Sluice.ApplyAsync(files => files.Write("default.yaml", Settings(("default-certificate", "default/fallback"))));
        Assert.Contains("default/fallback: it does not exist", Told(change), StringComparison.Ordinal);
        Assert.True((await given.HandshakeAsync("nobody.test")).Served(latter));
        change = await given.Sluice.ApplyAsync(files => files.Write("default.yaml", Settings(("default-certificate", "fallback"))));
        Assert.Contains("expected namespace/name", Told(change), StringComparison.Ordinal);
        await given.Sluice.ApplyAsync(files => files.Delete("default.yaml"));
        Assert.Equal(own, (await given.HandshakeAsync("nobody.test")).Thumbprint);
        Assert.Equal(worker, await given.Sluice.Master.WorkerPidAsync());

        static string Told(Change change) => Assert.Single(change.Findings, finding => finding.Field == "data[default-certificate]").Message;
    }

    [Fact]
    public async Task A_client_without_a_server_name_is_served_the_default_certificate() =>
        Assert.Equal(await DefaultAsync(), (await given.HandshakeAsync("")).Thumbprint);

    [Fact]
    public async Task A_host_with_two_keys_serves_each_client_the_one_it_can_use()
    {
        var (rsa, ecdsa) = (TestCertificate.Rsa("two.test"), TestCertificate.Ecdsa("two.test"));
        await given.Sluice.ApplyAsync(files => files.Write(
            "two.yaml",
            Ingress("two", [Rule("two.test", Prefix("/", "app"))], tls: [("two-rsa", ["two.test"]), ("two-ecdsa", ["two.test"])]),
            Secret("two-rsa", rsa),
            Secret("two-ecdsa", ecdsa)));

        Assert.True((await given.HandshakeAsync("two.test")).Served(ecdsa), "A modern client should get the ECDSA certificate.");
        Assert.True((await given.HandshakeAsync("two.test", Only(TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256))).Served(rsa));
        Assert.True((await given.HandshakeAsync("two.test", Only(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256))).Served(ecdsa));
    }

    [Fact]
    public async Task A_renewed_certificate_is_served_at_once_and_open_connections_go_on()
    {
        var (first, second) = (TestCertificate.Ecdsa("renew.test"), TestCertificate.Rsa("renew.test"));
        await given.ServeAsync("renew", Secret("renew", first));
        Assert.True((await given.HandshakeAsync("renew.test")).Served(first));
        await using var connection = await RawConnection.OpenTlsAsync(given.Sluice.HttpsPort, "renew.test");

        var change = await given.ServeAsync("renew", Secret("renew", second));

        Assert.Equal(ChangeKind.Runtime, change.Kind);
        Assert.True((await given.HandshakeAsync("renew.test")).Served(second));
        Assert.Equal("app", (await connection.SendAsync("GET", "/", "renew.test")).Outcome);
    }

    [Fact]
    public async Task A_Secret_may_come_after_its_Ingress()
    {
        var certificate = TestCertificate.Ecdsa("late.test");
        var without = await given.ServeAsync("late", "");
        Assert.Contains(FindingCode.SecretNotFound, CodesFor(without, "late"));
        Assert.Equal(await DefaultAsync(), (await given.HandshakeAsync("late.test")).Thumbprint);

        var with = await given.ServeAsync("late", Secret("late", certificate));

        Assert.Empty(CodesFor(with, "late"));
        Assert.True((await given.HandshakeAsync("late.test")).Served(certificate));
    }

    [Fact]
    public async Task The_last_good_certificate_is_served_when_its_Secret_is_removed()
    {
        var certificate = TestCertificate.Ecdsa("lost.test");
        await given.ServeAsync("lost", Secret("lost", certificate));

        var change = await given.ServeAsync("lost", "");

        Assert.Contains(FindingCode.SecretNotFound, CodesFor(change, "lost"));
        Assert.True((await given.HandshakeAsync("lost.test")).Served(certificate));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("mismatched")]
    [InlineData("empty")]
    [InlineData("keyless")]
    public async Task The_last_good_certificate_is_served_when_its_Secret_becomes_unusable(string fault)
    {
        var name = $"was-good-{fault}";
        var certificate = TestCertificate.Ecdsa($"{name}.test");
        await given.ServeAsync(name, Secret(name, certificate));

        var change = await given.ServeAsync(name, Unusable(name, fault));

        Assert.Contains(FindingCode.InvalidCertificate, CodesFor(change, name));
        Assert.True((await given.HandshakeAsync($"{name}.test")).Served(certificate));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("mismatched")]
    [InlineData("empty")]
    [InlineData("keyless")]
    public async Task The_default_certificate_is_served_when_a_Secret_was_never_usable(string fault)
    {
        var name = $"never-good-{fault}";

        var change = await given.ServeAsync(name, Unusable(name, fault));

        Assert.Contains(FindingCode.InvalidCertificate, CodesFor(change, name));
        Assert.Equal(await DefaultAsync(), (await given.HandshakeAsync($"{name}.test")).Thumbprint);
        Assert.Equal("app", (await given.Sluice.GetTlsAsync($"{name}.test", "/")).Outcome);
    }

    [Fact]
    public async Task An_expired_certificate_is_found()
    {
        var change = await given.ServeAsync("expired", Secret("expired", TestCertificate.Expired("expired.test")));

        Assert.Contains(FindingCode.InvalidCertificate, CodesFor(change, "expired"));
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_found_and_served_all_the_same()
    {
        var certificate = TestCertificate.Ecdsa("elsewhere.test");

        var change = await given.ServeAsync("wrong", Secret("wrong", certificate));

        Assert.Contains(FindingCode.CertificateHostMismatch, CodesFor(change, "wrong"));
        Assert.True((await given.HandshakeAsync("wrong.test")).Served(certificate));
    }

    [Fact]
    public async Task A_certificate_goes_with_the_last_Ingress_that_uses_it()
    {
        var certificate = TestCertificate.Ecdsa("*.shared.test");
        var secret = Secret("shared", certificate);
        var (one, two) = (SharedIngress("one"), SharedIngress("two"));
        await given.Sluice.ApplyAsync(files => files.Write("shared.yaml", one, two, secret));
        await given.Sluice.ApplyAsync(files => files.Write("shared.yaml", two, secret));
        Assert.Equal(await DefaultAsync(), (await given.HandshakeAsync("one.shared.test")).Thumbprint);
        Assert.True((await given.HandshakeAsync("two.shared.test")).Served(certificate));

        await given.Sluice.ApplyAsync(files => files.Delete("shared.yaml"));

        Assert.Equal(await DefaultAsync(), (await given.HandshakeAsync("two.shared.test")).Thumbprint);
    }

    [Theory]
    [InlineData("h2,http/1.1", "h2")]
    [InlineData("http/1.1", "http/1.1")]
    public async Task The_protocol_is_agreed_on_in_the_handshake(string offered, string expected)
    {
        var handshake = await given.HandshakeAsync("untouched.test", options =>
            options.ApplicationProtocols = [.. offered.Split(',').Select(name => new SslApplicationProtocol(name))]);

        Assert.Equal(expected, handshake.Alpn);
    }

    private async Task<string> DefaultAsync() => (await given.HandshakeAsync("nobody.test")).Thumbprint;

    private static string SharedIngress(string name) =>
        Ingress($"shared-{name}", [Rule($"{name}.shared.test", Prefix("/", "app"))], tls: [("shared", [$"{name}.shared.test"])]);

    private static string Unusable(string name, string fault)
    {
        var (one, two) = (TestCertificate.Ecdsa($"{name}.test"), TestCertificate.Ecdsa($"{name}.test"));
        return fault switch
        {
            "garbage" => Secret(name, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n", "nonsense"),
            "mismatched" => Secret(name, one.Certificate, two.Key),
            "keyless" => Secret(name, one.Certificate, ""),
            _ => Secret(name, "", ""),
        };
    }

    private static IEnumerable<FindingCode> CodesFor(Change change, string name) =>
        change.Findings.Where(finding => finding.Object.Name.Name == name).Select(finding => finding.Code);

    private static Action<SslClientAuthenticationOptions> Only(TlsCipherSuite suite) => options =>
    {
        options.EnabledSslProtocols = SslProtocols.Tls12;
        options.CipherSuitesPolicy = new CipherSuitesPolicy([suite]);
    };
}
