using Sluice.Controller.Webhook;
using Sluice.Unit.Cluster;
using Xunit;

namespace Sluice.Unit.Webhook;

/// <summary>The certificate may change at any time, for better or worse.</summary>
public sealed class CertificateTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_the_next_connection()
    {
        await using var webhook = await StartAsync();
        var first = await webhook.ShownAsync();
        Assert.Equal(first, await webhook.ShownAsync());
        await using var open = await webhook.ConnectAsync();

        using var next = RunningWebhook.Authority.Server("localhost");
        webhook.Secret.Put(next);

        Assert.Equal(next.Thumbprint, await webhook.ShownAsync());
        Assert.Single(webhook.Log.With("has changed; it is used from now on"));
        await open.WriteAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), Stop);
        using var reader = new StreamReader(open);
        Assert.Contains("200", await reader.ReadLineAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pair_that_is_no_good_leaves_the_former_one_in_use_and_is_told_once()
    {
        await using var webhook = await StartAsync();
        var first = await webhook.ShownAsync();
        using var one = RunningWebhook.Authority.Server("localhost");
        using var other = RunningWebhook.Authority.Server("localhost");
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(other)!;

        webhook.Secret.Put(one.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        Assert.Equal([first, first, first], [await webhook.ShownAsync(), await webhook.ShownAsync(), await webhook.ShownAsync()]);
        Assert.Single(webhook.Log.With("cannot be used"));

        webhook.Secret.Put("", "");
        Assert.Equal([first, first], [await webhook.ShownAsync(), await webhook.ShownAsync()]);
        Assert.Equal(2, webhook.Log.With("cannot be used").Count());

        File.Delete(webhook.Secret.Certificate);
        Assert.Equal([first, first], [await webhook.ShownAsync(), await webhook.ShownAsync()]);
        Assert.Equal(3, webhook.Log.With("cannot be used").Count());
        Assert.DoesNotContain("PRIVATE KEY", webhook.Log.ToString(), StringComparison.Ordinal);

        File.CreateSymbolicLink(webhook.Secret.Certificate, Path.Join("..data", "tls.crt"));
        webhook.Secret.Put(other);
        Assert.Equal(other.Thumbprint, await webhook.ShownAsync());
    }

    [Fact]
    public async Task Until_it_is_time_to_look_again_the_files_are_left_alone()
    {
        await using var webhook = await RunningWebhook.StartAsync(settings => settings with { LookAgain = TimeSpan.FromHours(1) });
        var first = await webhook.ShownAsync();
        using var next = RunningWebhook.Authority.Server("localhost");
        webhook.Secret.Put(next);
        Assert.Equal(first, await webhook.ShownAsync());
    }

    [Fact]
    public async Task A_chain_is_shown_whole()
    {
        await using var webhook = await StartAsync();
        var intermediate = RunningWebhook.Authority.Intermediate("intermediate");
        using var leaf = intermediate.Server("localhost");
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(leaf)!;
        webhook.Secret.Put($"{leaf.ExportCertificatePem()}\n{intermediate.Pem}\n", key.ExportPkcs8PrivateKeyPem());

        // The client knows the root alone.
        Assert.Equal(leaf.Thumbprint, await webhook.ShownAsync());
    }

    [Theory]
    [InlineData(null, "cannot be read: Could not find file")]
    [InlineData("nonsense", "tls.crt holds no PEM certificate")]
    public async Task Without_a_certificate_it_does_not_start_and_says_why(string? certificate, string problem)
    {
        using var folder = new TestFolder();
        if (certificate is not null)
        {
            folder.Write("tls.crt", certificate);
            folder.Write("tls.key", certificate);
        }

        var settings = new WebhookSettings { Port = 0, CertificateFile = folder["tls.crt"], KeyFile = folder["tls.key"] };
        using var log = new Lines();
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => WebhookServer.StartAsync(settings, log, Stop));
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Contains("--tls-cert", failure.Message, StringComparison.Ordinal);
    }

    private static Task<RunningWebhook> StartAsync() => RunningWebhook.StartAsync(settings => settings with { LookAgain = TimeSpan.Zero });
}
