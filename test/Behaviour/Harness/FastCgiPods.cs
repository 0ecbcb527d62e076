using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Behaviour.Harness;

/// <summary>
/// Pods that speak FastCGI: one request on each connection, answered with what came (<see cref="Echo"/>): the script as
/// the target, and the parameters as headers.
/// </summary>
internal sealed class FastCgiPods : IDisposable
{
    private const byte End = 3;
    private const byte Parameters = 4;
    private const byte Input = 5;
    private const byte Output = 6;
    private const int HeadLength = 8;

    private readonly List<TcpListener> listeners = [];

    /// <summary>Starts a pod for each name, at 127.0.0.1, 127.0.0.2 and so on.</summary>
    public FastCgiPods(params IReadOnlyList<string> names)
    {
        IPAddress[] addresses = [.. names.Select((_, index) => new IPAddress([127, 0, 0, (byte)(index + 1)]))];
        var port = Ports.Free(addresses);
        All = [.. names.Zip(addresses, (name, address) => new EchoPod(name, address, port))];
        foreach (var pod in All)
        {
            var listener = new TcpListener(pod.Address, port);
            listener.Start();
            listeners.Add(listener);
            _ = ServeAsync(listener, pod.Name);
        }
    }

    public IReadOnlyList<EchoPod> All { get; }

    public void Dispose() => listeners.ForEach(listener => listener.Dispose());

    private static async Task ServeAsync(TcpListener listener, string pod)
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptTcpClientAsync(), pod);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task AnswerAsync(TcpClient client, string pod)
    {
        using var connection = client;
        var stream = connection.GetStream();
        var (parameters, body, request) = (new List<byte>(), 0L, (ushort)0);
        while (true)
        {
            var head = new byte[HeadLength];
            if (await stream.ReadAtLeastAsync(head, HeadLength, throwOnEndOfStream: false) < HeadLength)
            {
                return;
            }

            request = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2));
            var content = new byte[BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(4))];
            await stream.ReadExactlyAsync(content);
            await stream.ReadExactlyAsync(new byte[head[6]]);
            parameters.AddRange(head[1] == Parameters ? content : []);
            body += head[1] == Input ? content.Length : 0;
            if (head[1] == Input && content.Length == 0)
            {
                break;
            }
        }

        var seen = Read([.. parameters]);
        var echo = new Echo(pod, seen["REQUEST_METHOD"], seen["SCRIPT_FILENAME"], "fcgi", body, seen.ToDictionary(entry => entry.Key.ToLowerInvariant(), entry => new[] { entry.Value }, StringComparer.Ordinal));
        await stream.WriteAsync((byte[])
            [.. Record(Output, request, [.. "Status: 200 OK\r\nContent-Type: application/json\r\n\r\n"u8, .. echo.ToJson()]), .. Record(Output, request, []), .. Record(End, request, new byte[HeadLength])]);
    }

    private static byte[] Record(byte type, ushort request, byte[] content)
    {
        byte[] record = [1, type, 0, 0, 0, 0, 0, 0, .. content];
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(2), request);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(4), (ushort)content.Length);
        return record;
    }

    // Lengths of name and value, then both; a length is a byte, or four of which the first bit is set.
    private static Dictionary<string, string> Read(byte[] text)
    {
        var (found, at) = (new Dictionary<string, string>(StringComparer.Ordinal), 0);
        while (at < text.Length)
        {
            var (name, value) = (Length(), Length());
            found[Text(name)] = Text(value);
        }

        return found;

        int Length() => text[at] < 0x80 ? text[at++] : (int)(BinaryPrimitives.ReadUInt32BigEndian(text.AsSpan((at += 4) - 4)) & int.MaxValue);

        string Text(int length) => Encoding.Latin1.GetString(text.AsSpan((at += length) - length, length));
    }
}
