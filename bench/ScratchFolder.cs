namespace Sluice.Bench;

/// <summary>A temporary folder that goes when it is disposed of. Its path is short enough for sockets.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sluice-bench-").FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public string CreateFolder(string name) => Directory.CreateDirectory(At(name)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
