using System.Diagnostics;

namespace Sluice.Behaviour.Harness;

/// <summary>The HAProxy that the tests run: the one of SLUICE_HAPROXY, else the one that the repository's build fetched.</summary>
internal static class HaproxyBinary
{
    private const string Variable = "SLUICE_HAPROXY";
    private const string InRepository = ".tools/haproxy/bin/haproxy";

    private static readonly Lazy<bool> KnowsAddBackend = new(() => Commands().Any(line => line.StartsWith("add backend ", StringComparison.Ordinal)));

    /// <summary>Whether it can add backends at run time. One that cannot is reloaded for each new backend.</summary>
    public static bool CanAddBackends => KnowsAddBackend.Value;

    public static string Path() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? Existing(chosen) : Existing(BesideTheSources());

    private static string Existing(string? path) => File.Exists(path)
        ? path
        : throw new InvalidOperationException(
            $"These tests need a HAProxy: set {Variable} to its path, or get it into {InRepository} of the repository.");

    // The commands of its runtime socket, which it lists while it checks a configuration.
    private static string[] Commands()
    {
        using var process = Process.Start(new ProcessStartInfo(Path(), ["-dKcli", "-c", "-f", "/dev/null"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        return lines.Any(line => line.StartsWith("show info ", StringComparison.Ordinal))
            ? lines
            : throw new InvalidOperationException($"HAProxy did not list its commands: {errors.Result}");
    }

    private static string? BesideTheSources()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, InRepository);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
