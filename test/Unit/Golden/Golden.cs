using System.Runtime.CompilerServices;
using Xunit;

namespace Sluice.Unit;

/// <summary>Files that hold what was right when somebody last looked. With UPDATE_GOLDEN=1 they are written anew.</summary>
internal static class Golden
{
    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Join(Folder(), "..", "..", ".."));

    public static void AssertEqual(string file, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{file} does not exist; ./dev accept writes it.");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
