using System.Diagnostics;

namespace Sluice.Cluster.Harness;

/// <summary>The real kubectl, as one user of one cluster.</summary>
/// <param name="program">The path of kubectl.</param>
/// <param name="kubeconfig">The cluster and the user.</param>
/// <param name="cache">A folder for what it remembers of the cluster.</param>
internal sealed class Kubectl(string program, string kubeconfig, string cache)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs it and returns what it prints.</summary>
    public Task<string> RunAsync(params string[] arguments) => RunAsync(arguments, "");

    /// <summary>Makes the objects be as the texts say.</summary>
    public Task<string> ApplyAsync(params string[] texts) => RunAsync(["apply", "--validate=strict", "-f", "-"], string.Concat(texts));

    public async Task<string> RunAsync(IReadOnlyList<string> arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment())
        {
            start.Environment[name] = value;
        }

        using var limit = new CancellationTokenSource(Limit);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {await errors}{await output}\n{input}");
    }

    /// <summary>Runs it beside the test, for <c>--watch</c>.</summary>
    public Child Start(params string[] arguments) => Child.Start(program, arguments, Environment());

    private (string Name, string Value)[] Environment() => [("KUBECONFIG", kubeconfig), ("KUBECACHEDIR", cache), ("HOME", cache)];
}
