using System.Diagnostics;
using Xunit;

namespace Sluice.Unit.Install;

/// <summary>Programs that render what is in deploy/. A test whose program is missing is skipped.</summary>
internal static class Tool
{
    /// <summary>Runs kubectl: <c>SLUICE_KUBECTL</c>, the one of the API server in .tools, or the one on PATH.</summary>
    public static string Kubectl(params string[] arguments) => Run(Find("kubectl", "kube-api/bin/kubectl"), arguments);

    /// <summary>Runs helm: <c>SLUICE_HELM</c>, the one in .tools, or the one on PATH.</summary>
    public static string Helm(params string[] arguments) => Run(Find("helm", "helm/helm"), arguments);

    /// <summary>Runs the command line that these tests were built with.</summary>
    public static string Sluice(params string[] arguments) => Run(Path.Join(AppContext.BaseDirectory, "sluice"), arguments);

    private static string Find(string name, string inTools)
    {
        var given = Environment.GetEnvironmentVariable($"SLUICE_{name.ToUpperInvariant()}");
        string[] places =
        [
            given ?? "", Path.Join(Golden.Root, ".tools", inTools),
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Join(folder, name)),
        ];
        var found = places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, $"{name} is not installed: CONTRIBUTING.md says how to get it");
        return found!;
    }

    private static string Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Golden.Root,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
        return output;
    }
}
