using Sluice.Core.Resources;

namespace Sluice.Controller.Manifests;

/// <summary>Reads a single manifest file at start.</summary>
internal static class ManifestReader
{
    /// <summary>The one ConfigMap in a file.</summary>
    /// <exception cref="InvalidDataException">The file does not hold exactly one ConfigMap.</exception>
    public static ConfigMapResource ReadConfigMap(string path)
    {
        var folder = new ManifestFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var file = Path.GetFileName(path);
        folder.Put(file, folder.Parse(file, File.ReadAllBytes(path)));
        var snapshot = folder.Snapshot(DateTimeOffset.UtcNow);
        return snapshot.ConfigMaps.Count == 1
            ? snapshot.ConfigMaps.Values.Single()
            : throw new InvalidDataException($"{path}: expected one ConfigMap. {string.Join(' ', snapshot.Findings)}");
    }
}
