namespace Sluice.Behaviour.Harness;

/// <summary>The HAProxy that the tests run: the one of SLUICE_HAPROXY, else the one that the repository's build fetched.</summary>
internal static class HaproxyBinary
{
    private const string Variable = "SLUICE_HAPROXY";
    private const string InRepository = ".tools/haproxy/bin/haproxy";

    public static string Path() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? Existing(chosen) : Existing(BesideTheSources());

    private static string Existing(string? path) => File.Exists(path)
        ? path
        : throw new InvalidOperationException(
            $"These tests need HAProxy 3.4: set {Variable} to its path, or get it into {InRepository} of the repository.");

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
