namespace Sluice.Controller.Proxy;

/// <summary>The folder for HAProxy's files and sockets: ours alone, and for one controller at a time.</summary>
internal static class StateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder if need be and takes it until the result is disposed of, or the process ends.</summary>
    /// <exception cref="HaproxyException">It belongs to somebody else, or another controller has it.</exception>
    public static IDisposable Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnly);
            File.SetUnixFileMode(path, OwnerOnly);
        }
        catch (IOException e)
        {
            throw new HaproxyException($"The folder {path} cannot be made ({e.Message}). Choose another with --state-dir.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new HaproxyException($"The folder {path} cannot be used, because it is somebody else's. Choose another with --state-dir.");
        }

        try
        {
            return new FileStream($"{path}/lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new HaproxyException($"Another sluice uses the folder {path}. Choose another with --state-dir.");
        }
    }
}
