using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Sluice.Unit.Webhook;

/// <summary>The verb, as a process of its own.</summary>
public sealed partial class CommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // What Kubernetes sets for Services named sluice, sluice-tls and sluice-webhook in the pod's namespace.
    private static readonly (string Name, string Value)[] ServiceLinks =
    [
        ("SLUICE_PORT", "tcp://10.0.0.1:80"), ("SLUICE_SERVICE_HOST", "10.0.0.1"), ("SLUICE_SERVICE_PORT", "80"), ("SLUICE_SERVICE_PORT_HTTP", "80"),
        ("SLUICE_PORT_80_TCP", "tcp://10.0.0.1:80"), ("SLUICE_PORT_80_TCP_PROTO", "tcp"), ("SLUICE_PORT_80_TCP_PORT", "80"),
        ("SLUICE_PORT_80_TCP_ADDR", "10.0.0.1"), ("SLUICE_TLS_PORT", "tcp://10.0.0.2:443"), ("SLUICE_WEBHOOK_PORT", "tcp://10.0.0.3:443"),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_until_it_is_told_to_stop_and_variables_of_Services_are_not_taken_for_flags()
    {
        using var secret = new MountedSecret();
        using var certificate = RunningWebhook.Authority.Server("localhost");
        secret.Put(certificate);
        using var process = Start(
            ["webhook", "--bind", "127.0.0.1", "--ingress-class", "a, b"],
            [.. ServiceLinks, ("SLUICE_TLS_CERT", secret.Certificate), ("SLUICE_TLS_KEY", secret.Key), ("SLUICE_CONFIG", "infra/edge")]);
        try
        {
            // Where the port is taken by another test run, it says so; all else is the same.
            var line = await process.StandardError.ReadLineAsync(Stop).AsTask().WaitAsync(Limit, Stop) ?? "";
            Assert.Matches("https port 9443 for Ingresses of class a, b and the ConfigMap infra/edge|Somebody listens on 127.0.0.1:9443 already. Choose another port with --port.", line);
            if (line.Contains("https port", StringComparison.Ordinal))
            {
                using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
                await process.WaitForExitAsync(Stop).WaitAsync(Limit, Stop);
                Assert.Equal(0, process.ExitCode);
            }
        }
        finally
        {
            process.Kill();
        }
    }

    [Theory]
    [InlineData(1, "certificate cannot be read", "--tls-cert", "/nowhere/tls.crt", "--tls-key", "/nowhere/tls.key")]
    [InlineData(2, "give the files of a certificate")]
    [InlineData(2, "give the files of a certificate", "--tls-cert", "a")]
    [InlineData(2, "--port: '0' is not a port", "--tls-cert", "a", "--tls-key", "b", "--port", "0")]
    [InlineData(2, "--ingress-class: ", "--tls-cert", "a", "--tls-key", "b", "--ingress-class", "a b")]
    [InlineData(2, "--config: ", "--tls-cert", "a", "--tls-key", "b", "--config", "sluice")]
    public async Task What_is_missing_or_wrong_is_one_sentence_and_an_exit_code(int code, string problem, params string[] arguments)
    {
        using var process = Start(["webhook", .. arguments], []);
        var errors = process.StandardError.ReadToEndAsync(Stop);
        await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop).WaitAsync(Limit, Stop);
        Assert.Equal(code, process.ExitCode);
        Assert.Contains(problem, await errors, StringComparison.Ordinal);
    }

    [Fact]
    public void No_option_has_the_name_of_a_variable_that_Kubernetes_sets_but_for_a_port()
    {
        foreach (var verb in (string[])["run", "webhook"])
        {
            var variables = Flag().Matches(Install.Tool.Sluice(verb, "--help")).Select(match => $"SLUICE_{match.Groups["name"].Value.Replace('-', '_').ToUpperInvariant()}");
            Assert.DoesNotContain(variables, name => ServiceVariable().IsMatch(name));
        }
    }

    private static Process Start(string[] arguments, IEnumerable<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, "sluice"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [GeneratedRegex(@"--(?<name>[a-z][a-z-]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Flag();

    // https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables; …_PORT is known by its value.
    [GeneratedRegex(@"_SERVICE_(HOST|PORT)|_PORT_\d+_", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ServiceVariable();
}
