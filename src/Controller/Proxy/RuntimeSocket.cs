using System.Net.Sockets;
using System.Numerics;
using System.Text;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>
/// A connection to HAProxy's command line (management guide, section 9.3). Lines are sent many at a time, because one
/// round trip for each is what takes the time; replies come in the same order. Not safe for use by two at once.
/// </summary>
public sealed class RuntimeSocket : IDisposable
{
    private const int LargestBatch = 8_000;
    private const int SmallBuffer = 16 * 1024;
    private static readonly TimeSpan ReplyLimit = TimeSpan.FromSeconds(30);

    private readonly Socket socket;
    private readonly byte[] drain = new byte[256];

    // What was received and not read yet lies between the two.
    private byte[] buffer = new byte[SmallBuffer];
    private int start;
    private int end;

    private RuntimeSocket(Socket socket) => this.socket = socket;

    public static async Task<RuntimeSocket> ConnectAsync(string path, CancellationToken stop)
    {
        var connection = new RuntimeSocket(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        try
        {
            await connection.socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            await connection.SendAsync([new RuntimeLine("prompt", "")], stop);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends the lines in order and returns the reply to each. Throws <see cref="IOException"/> when the connection ends.</summary>
    public async Task<IReadOnlyList<string>> SendAsync(IEnumerable<RuntimeLine> lines, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(ReplyLimit);
        try
        {
            return await SendAllAsync(lines, limit.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"HAProxy did not answer within {ReplyLimit.TotalSeconds:0} s", e);
        }
    }

    /// <summary>Completes when HAProxy closes the connection: it ended or was replaced. Only for a connection that sends nothing.</summary>
    public async Task WaitForEndAsync(CancellationToken stop)
    {
        try
        {
            while (await socket.ReceiveAsync(drain.AsMemory(), stop) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A broken connection has ended, too.
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<List<string>> SendAllAsync(IEnumerable<RuntimeLine> lines, CancellationToken stop)
    {
        var replies = new List<string>();
        var batch = new StringBuilder();
        var pending = 0;
        foreach (var line in lines)
        {
            var waitsForReply = line.Text.Contains(RuntimeCommand.NewVersion, StringComparison.Ordinal);
            if (pending > 0 && (waitsForReply || batch.Length + line.Text.Length > LargestBatch))
            {
                await ExchangeAsync(batch, pending, replies, stop);
                pending = 0;
            }

            batch.Append(waitsForReply ? WithVersion(line.Text, replies) : line.Text).Append('\n');
            pending++;
        }

        if (pending > 0)
        {
            await ExchangeAsync(batch, pending, replies, stop);
        }

        return replies;
    }

    private async Task ExchangeAsync(StringBuilder batch, int pending, List<string> replies, CancellationToken stop)
    {
        try
        {
            await WriteAsync(Encoding.Latin1.GetBytes(batch.ToString()), stop);
            batch.Clear();
            for (; pending > 0; pending--)
            {
                replies.Add(await ReadReplyAsync(stop));
            }
        }
        catch (SocketException e)
        {
            throw new IOException("the connection to HAProxy's runtime socket was lost", e);
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
        }
    }

    // A reply ends with the prompt. Large ones come in many pieces, of which each is searched once.
    private async Task<string> ReadReplyAsync(CancellationToken stop)
    {
        var searched = start;
        while (true)
        {
            var prompt = buffer.AsSpan(searched, end - searched).IndexOf("\n> "u8);
            if (prompt >= 0)
            {
                var reply = Encoding.Latin1.GetString(buffer, start, searched + prompt - start).Trim();
                start = searched + prompt + 3;
                return reply;
            }

            searched = Math.Max(start, end - 2) - MakeRoom();
            var count = await socket.ReceiveAsync(buffer.AsMemory(end), stop);
            if (count == 0)
            {
                throw new IOException("HAProxy closed its runtime socket");
            }

            end += count;
        }
    }

    // Returns by how much what was received moved towards the front.
    private int MakeRoom()
    {
        var (moved, length) = (start, end - start);
        if (buffer.Length - end >= SmallBuffer / 2)
        {
            return 0;
        }

        // Twice what is needed; and small again once a large reply is read.
        var target = new byte[Math.Max(SmallBuffer, (int)BitOperations.RoundUpToPowerOf2((uint)length) * 2)];
        buffer.AsSpan(start, length).CopyTo(target);
        (buffer, start, end) = (target, 0, length);
        return moved;
    }

    // "New version created: 3" is the reply to "prepare map" some lines before.
    private static string WithVersion(string text, List<string> replies)
    {
        var prepared = replies.LastOrDefault(reply => reply.Contains("New version created", StringComparison.Ordinal)) ?? "";
        var number = prepared[(prepared.LastIndexOf(':') + 1)..].Trim();
        return text.Replace(RuntimeCommand.NewVersion, number, StringComparison.Ordinal);
    }
}
