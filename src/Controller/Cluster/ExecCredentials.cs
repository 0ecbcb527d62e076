using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Sluice.Controller.Cluster;

/// <summary>Credentials that a program gives (client.authentication.k8s.io): asked again when they expire or are refused.</summary>
internal sealed class ExecCredentials(ExecSpec plugin, ExecClusterSpec? cluster, string folder) : Credentials
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private Task<ExecCredentialStatus>? asked;
    private volatile X509Certificate2? certificate;

    public override X509Certificate2? Certificate => certificate;

    public override async ValueTask<AuthenticationHeaderValue?> HeaderAsync(bool isStale, CancellationToken stop)
    {
        Task<ExecCredentialStatus> answer;
        lock (gate)
        {
            // Many ask at a time; the program is run once for all of them.
            asked = asked is { IsCompleted: false } || (asked is { IsCompletedSuccessfully: true } && !isStale && !IsOver(asked.Result))
                ? asked
                : AskAsync();
            answer = asked;
        }

        return (await answer.WaitAsync(stop)).Token is { Length: > 0 } token ? Bearer(token) : null;
    }

    private static bool IsOver(ExecCredentialStatus status) => status.ExpirationTimestamp - Ahead < TimeProvider.System.GetUtcNow();

    private async Task<ExecCredentialStatus> AskAsync()
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        using var process = Start();
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode == 0)
            {
                var status = Read(output);
                certificate = status is { ClientCertificateData: { } chain, ClientKeyData: { } key } ? X509Certificate2.CreateFromPem(chain, key) : null;
                return status;
            }

            throw new IOException($"the credential plugin {plugin.Command} failed (exit code {process.ExitCode}): {(await errors).Trim()}");
        }
        catch (OperationCanceledException e)
        {
            throw new IOException($"the credential plugin {plugin.Command} gave no answer within {AnswerLimit.TotalSeconds:0} s", e);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private Process Start()
    {
        var command = plugin.Command ?? "";
        var start = new ProcessStartInfo(command.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(command, folder) : command)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var argument in plugin.Args ?? [])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var variable in plugin.Env ?? [])
        {
            start.Environment[variable.Name ?? ""] = variable.Value;
        }

        var request = new ExecCredentialObject
        {
            ApiVersion = plugin.ApiVersion,
            Kind = "ExecCredential",
            Spec = new ExecCredentialSpec { Interactive = false, Cluster = plugin.ProvideClusterInfo ? cluster : null },
        };
        start.Environment["KUBERNETES_EXEC_INFO"] = JsonSerializer.Serialize(request, ClusterJson.Default.ExecCredentialObject);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"the credential plugin {plugin.Command} cannot be run: {e.Message}. {plugin.InstallHint}".TrimEnd(), e);
        }
    }

    // What the plugin printed may be secret and is not repeated.
    private ExecCredentialStatus Read(string output)
    {
        try
        {
            return JsonSerializer.Deserialize(output, ClusterJson.Default.ExecCredentialObject)?.Status
                ?? throw new IOException($"the credential plugin {plugin.Command} gave no status");
        }
        catch (JsonException e)
        {
            throw new IOException($"the credential plugin {plugin.Command} gave something else than an ExecCredential", e);
        }
    }
}
