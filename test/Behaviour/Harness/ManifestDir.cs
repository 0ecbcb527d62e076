namespace Sluice.Behaviour.Harness;

/// <summary>The folder of manifests that is served. A file appears, and changes, in one step: it is written elsewhere and moved.</summary>
public sealed class ManifestDir
{
    private readonly string folder;
    private readonly string elsewhere;

    internal ManifestDir(string root)
    {
        folder = Path.Combine(root, "manifests");
        elsewhere = Path.Combine(root, "written");
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(elsewhere);
    }

    public string Folder => folder;

    /// <summary>Writes a file; the text is that of <see cref="Manifests"/>.</summary>
    public void Write(string file, params IEnumerable<string> texts)
    {
        var written = Path.Combine(elsewhere, file);
        File.WriteAllText(written, string.Concat(texts));
        File.Move(written, Path.Combine(folder, file), overwrite: true);
    }

    public void Delete(string file) => File.Delete(Path.Combine(folder, file));

    /// <summary>Makes the folder hold these files and no others; touches only what differs.</summary>
    public void Become(IReadOnlyDictionary<string, string> files)
    {
        var present = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path));
        foreach (var file in present.Except(files.Keys, StringComparer.Ordinal))
        {
            Delete(file);
        }

        foreach (var (file, text) in files)
        {
            var path = Path.Combine(folder, file);
            if (!File.Exists(path) || File.ReadAllText(path) != text)
            {
                Write(file, text);
            }
        }
    }
}
