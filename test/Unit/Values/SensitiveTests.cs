using Sluice.Core.Haproxy;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Values;

public sealed class SensitiveTests
{
    [Fact]
    public void Whatever_holds_a_secret_prints_without_it()
    {
        var secret = new Sensitive("top-secret");
        var entry = new CertificateEntry("name", secret, ["shop.example.com"]);
        object[] holders =
        [
            secret,
            entry,
            TestCertificate.SelfSigned with { Pem = secret },
            new EquatableArray<Sensitive>([secret]),
            new Dictionary<string, Sensitive> { ["tls.key"] = secret }.ToEquatableMap(),
            Make.Secret("tls", "top-secret", "top-secret"),
            new RuntimeCommand.AddCertificate(entry),
            new RuntimeCommand.ReplaceDefaultCertificate(secret),
        ];

        Assert.All(holders, holder => Assert.DoesNotContain("top-secret", holder.ToString(), StringComparison.Ordinal));
        Assert.Equal("[redacted]", $"{secret}");
        Assert.Equal("top-secret", secret.Reveal);
    }

    [Fact]
    public void No_finding_shows_what_is_in_a_secret()
    {
        var result = Make.Cluster(
            Make.Simple("web").WithTls("tls"), Make.Service("web"), Make.Secret("tls", "top-secret", "top-secret")).Translated();

        Assert.NotEmpty(result.Findings);
        Assert.All(result.Findings, finding => Assert.DoesNotContain("top-secret", finding.ToString(), StringComparison.Ordinal));
    }
}
