namespace Sluice.Cluster.Harness;

/// <summary>The files of the repository that these tests were built in.</summary>
internal static class Checkout
{
    /// <summary>A path below deploy/kustomize.</summary>
    public static string Deploy(string path) => Path.Combine(Root(), "deploy", "kustomize", path);

    /// <summary>The folders that are installations.</summary>
    public static IReadOnlyList<string> Installations() =>
        [.. Directory.EnumerateDirectories(Deploy("")).Where(folder => Path.GetFileName(folder) is not ("base" or "components")).Order(StringComparer.Ordinal)];

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("These tests belong to a checkout.");
    }
}
