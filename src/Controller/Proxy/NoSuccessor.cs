using System.Net.Sockets;

namespace Sluice.Controller.Proxy;

/// <summary>
/// Stands where the next worker would take over the counts of the one that ends, and says that there is none. Without it
/// HAProxy waits 5 seconds for one before it ends.
/// </summary>
internal sealed class NoSuccessor : IDisposable
{
    // What HAProxy's peers answer to one that they do not know: nothing to try again (peers protocol, status messages).
    private static readonly byte[] Refusal = "503\n"u8.ToArray();

    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private NoSuccessor(string path)
    {
        File.Delete(path);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        _ = RefuseAsync();
    }

    /// <summary>Begins to refuse; null where that cannot be, and ending takes longer.</summary>
    public static NoSuccessor? At(string path)
    {
        try
        {
            return new NoSuccessor(path);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task RefuseAsync()
    {
        try
        {
            while (true)
            {
                using var worker = await socket.AcceptAsync();
                await worker.SendAsync(Refusal);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Told to end, or the worker did not want to hear it.
        }
    }
}
