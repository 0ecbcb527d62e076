using System.Net;
using System.Net.Sockets;

namespace Sluice.Behaviour.Harness;

/// <summary>
/// Finds ports to listen on. They are taken from below the range that the system gives to outgoing connections, so
/// that no connection of another test takes one between the finding and the use. None is given twice: HAProxy would
/// share a port with another HAProxy without a word.
/// </summary>
internal static class Ports
{
    private const int First = 10_000;
    private const int Count = 22_000;

    private static int given = Random.Shared.Next(Count);

    public static int Free(params ReadOnlySpan<IPAddress> addresses)
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref given) % Count);
            if (IsFree(IPAddress.Loopback, port) && AllFree(addresses, port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No free port was found from {First} on.");
    }

    private static bool AllFree(ReadOnlySpan<IPAddress> addresses, int port)
    {
        foreach (var address in addresses)
        {
            if (!IsFree(address, port))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFree(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
