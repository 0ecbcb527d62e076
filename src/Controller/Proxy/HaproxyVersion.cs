using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sluice.Controller.Proxy;

/// <summary>Whether a HAProxy executable can do what we need.</summary>
internal static partial class HaproxyVersion
{
    private static readonly Version Needed = new(3, 0);

    /// <exception cref="HaproxyException">It cannot be run, or is too old.</exception>
    public static async Task RequireAsync(string executable, CancellationToken stop)
    {
        string output;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(executable, ["-v"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
        }
        catch (Win32Exception e)
        {
            throw new HaproxyException($"HAProxy '{executable}' cannot be run ({e.Message}). Give its path with --haproxy, or install HAProxy {Needed} or newer.");
        }

        Require(output, $"HAProxy '{executable}'");
    }

    /// <param name="text">A text that begins with the version, or with "HAProxy version" and the version.</param>
    /// <param name="who">Whose version it is, to begin a sentence.</param>
    /// <exception cref="HaproxyException">It is too old.</exception>
    public static void Require(string text, string who)
    {
        var found = Number().Match(text);
        if (!found.Success || Version.Parse(found.Value) < Needed)
        {
            throw new HaproxyException($"{who} is version {(found.Success ? found.Value : "unknown")}; {Needed} or newer is needed.");
        }
    }

    [GeneratedRegex(@"(?<=version |\A)[0-9]+\.[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
