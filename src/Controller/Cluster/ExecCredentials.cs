using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Sluice.Controller.Cluster;

/// <summary>Credentials that a program gives (client.authentication.k8s.io): asked again when they expire or are refused.</summary>
internal sealed class ExecCredentials(ExecSpec plugin, Func<ExecClusterSpec> cluster, string folder) : Credentials
{
    private const int LongestMessage = 300;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(50);

    // So that it does not expire on the way. Not more: some plugins give the same token until it has expired.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task<Answer>? asked;

    public override async ValueTask<Proof> ProveAsync(Proof? refused, CancellationToken stop)
    {
        Task<Answer> answer;
        lock (gate)
        {
            // Many ask at a time; the program is run once for all of them.
            asked = asked is { IsCompleted: false } || (asked is { IsCompletedSuccessfully: true } && asked.Result.Serves(refused)) ? asked : AskAsync();
            answer = asked;
        }

        return (await answer.WaitAsync(stop)).Proof;
    }

    private async Task<Answer> AskAsync()
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        using var process = Start();
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? Read(output)
                : throw new IOException($"the credential plugin {plugin.Command} failed (exit code {process.ExitCode}): {Shorten((await errors).Trim())}");
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
        };
        foreach (var argument in plugin.Args ?? [])
        {
            start.ArgumentList.Add(argument ?? "");
        }

        foreach (var variable in plugin.Env ?? [])
        {
            if (variable?.Name is { Length: > 0 } name)
            {
                start.Environment[name] = variable.Value;
            }
        }

        var request = new ExecCredentialObject
        {
            ApiVersion = plugin.ApiVersion,
            Kind = "ExecCredential",
            Spec = new ExecCredentialSpec { Interactive = false, Cluster = plugin.ProvideClusterInfo ? cluster() : null },
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
    private Answer Read(string output)
    {
        try
        {
            var status = JsonSerializer.Deserialize(output, ClusterJson.Default.ExecCredentialObject)?.Status;
            var header = status?.Token is { Length: > 0 } token ? Proof.Bearer(token) : null;
            var identity = status is { ClientCertificateData: { } chain, ClientKeyData: { } key } ? Proof.Identity(chain, key) : null;
            return header is null && identity is null
                ? throw new IOException($"the credential plugin {plugin.Command} gave neither a token nor a client certificate")
                : new Answer(new Proof { Header = header, Certificate = identity }, status!.ExpirationTimestamp);
        }
        catch (JsonException e)
        {
            throw new IOException($"the credential plugin {plugin.Command} gave something else than an ExecCredential", e);
        }
    }

    private static string Shorten(string text) => text.Length > LongestMessage ? text[..LongestMessage] + "…" : text;

    private sealed record Answer(Proof Proof, DateTimeOffset? Expiry)
    {
        public bool Serves(Proof? refused) => refused != Proof && !(Expiry - Ahead < TimeProvider.System.GetUtcNow());
    }
}
