namespace Sluice.Bench;

/// <summary>Where things lie in the checkout that this program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The controller's executable of the same build.</summary>
    public static string Sluice => Path.Combine(Root, "artifacts/bin/Controller/release/sluice");

    public static string Results => Path.Combine(Root, "bench/results");

    private static string Find(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new BenchException("the benchmarks must be run from a checkout");
    }
}
