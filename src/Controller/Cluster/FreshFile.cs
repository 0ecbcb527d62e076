namespace Sluice.Controller.Cluster;

/// <summary>
/// The content of a small file that others may replace at any time, as Kubernetes does with mounted tokens and
/// certificates. It is looked at again when a while has passed; if it cannot be read then, the last content counts.
/// </summary>
/// <param name="path">Where it is.</param>
/// <param name="lookAgain">How long to trust what was read; null for 10 seconds.</param>
public sealed class FreshFile(string path, TimeSpan? lookAgain = null)
{
    private readonly TimeSpan lookAgain = lookAgain ?? TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private byte[]? content;
    private long lookedAt;

    public string Path { get; } = path;

    /// <summary>The content. The same array as before if nothing changed.</summary>
    /// <param name="isStale">True if what was read last did not serve.</param>
    /// <exception cref="IOException">It could never be read.</exception>
    public byte[] Read(bool isStale = false)
    {
        lock (gate)
        {
            if (content is null || isStale || TimeProvider.System.GetElapsedTime(lookedAt) > lookAgain)
            {
                lookedAt = TimeProvider.System.GetTimestamp();
                content = Next(content);
            }

            return content;
        }
    }

    private byte[] Next(byte[]? former)
    {
        try
        {
            var next = File.ReadAllBytes(Path);
            return former is not null && (next.Length == 0 || next.AsSpan().SequenceEqual(former)) ? former : next;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return former ?? throw new IOException($"{Path} cannot be read: {e.Message}", e);
        }
    }
}
