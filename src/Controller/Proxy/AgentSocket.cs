using System.Net.Sockets;
using Sluice.Core.Spop;

namespace Sluice.Controller.Proxy;

/// <summary>The agent's socket, seen from outside.</summary>
public static class AgentSocket
{
    private const int Limit = 16384;
    private const int LongestAnswer = 1024;
    /// <summary>The id of the process that listens; null if none does.</summary>
    public static int? OwnerOf(string path)
    {
        const int SolSocket = 1;
        const int SoPeercred = 17;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            Span<byte> credentials = stackalloc byte[12];
            return socket.GetRawSocketOption(SolSocket, SoPeercred, credentials) >= sizeof(int) ? BitConverter.ToInt32(credentials) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Asks as HAProxy would whether somebody is there. Returns what is wrong; null if nothing is.</summary>
    public static async Task<string?> ProblemAsync(string path, TimeSpan patience, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            await socket.SendAsync(SpopWriter.Check(Limit), limit.Token);
            var answer = new byte[LongestAnswer];
            var length = await socket.ReceiveAsync(answer, limit.Token);
            return length > SpopFrame.LengthSize && SpopWriter.IsHello(answer.AsSpan(SpopFrame.LengthSize, length - SpopFrame.LengthSize))
                ? null : "it answers something else";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return "it takes too long";
        }
    }
}
