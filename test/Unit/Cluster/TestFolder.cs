namespace Sluice.Unit.Cluster;

/// <summary>A folder with files for one test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sluice-cluster-").FullName;

    public string this[string name] => System.IO.Path.Join(Path, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>A program in the shell's language.</summary>
    public string Script(string name, string text)
    {
        Write(name, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(this[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this[name];
    }

    public int Lines(string name) => File.Exists(this[name]) ? File.ReadAllLines(this[name]).Length : 0;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
