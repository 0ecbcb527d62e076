using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Core.Spop;

namespace Sluice.Controller.Agent;

/// <summary>
/// A connection of HAProxy's: a hello, then questions, of which several may be under way at a time. What is malformed ends
/// it, and nothing but it.
/// </summary>
internal sealed class AgentConnection : IDisposable
{
    // HAProxy's own buffers are smaller.
    private const int LargestFrame = 128 * 1024;

    // More than HAProxy has under way on a connection (20, mux_spop.c), for it may have given some up: these must hold up no others. How many
    // wait for something at a time, is bounded where they wait.
    private const int MostQuestions = 1024;

    private static readonly TimeSpan FramePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(12);

    private readonly NetworkStream stream;
    private readonly PipeReader reader;
    private readonly AgentAnswers answers;
    private readonly ILogger log;
    private readonly SemaphoreSlim writing = new(1);
    private readonly SemaphoreSlim places = new(MostQuestions);
    private readonly CancellationTokenSource ending = new();
    private readonly CancellationTokenSource gone = new();
    private int limit = LargestFrame;

    public AgentConnection(Socket socket, AgentAnswers answers, ILogger log)
    {
        (this.answers, this.log) = (answers, log);
        stream = new NetworkStream(socket, ownsSocket: true);
        reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
    }

    /// <summary>Answers until the connection ends.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (await ConversationAsync() is { } reason)
            {
                await AnsweredAsync();
                await WriteAsync(SpopWriter.Disconnect(reason));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // HAProxy closes connections as it likes.
        }
    }

    /// <summary>Takes no more questions, and ends the connection when those it has are answered.</summary>
    public Task FinishAsync() => ending.CancelAsync();

    // Nobody waits for the answers to what was asked here.
    public void Dispose()
    {
        ending.Cancel();
        gone.Cancel();
        stream.Dispose();
    }

    // Why we end it; null where HAProxy did.
    private async Task<SpopEnd?> ConversationAsync()
    {
        if (await ReadAsync() is not SpopFrame.Hello hello)
        {
            return SpopEnd.Invalid;
        }

        if (!hello.IsKnownVersion())
        {
            return SpopEnd.BadVersion;
        }

        limit = Math.Min(hello.Limit, LargestFrame);
        await WriteAsync(SpopWriter.Hello(limit, hello.CanPipeline));
        if (hello.IsCheck)
        {
            return null;
        }

        try
        {
            while (true)
            {
                switch (await ReadAsync())
                {
                    case SpopFrame.Notify question:
                        await places.WaitAsync(ending.Token);
                        _ = AnswerAsync(question);
                        break;
                    case SpopFrame.Disconnect:
                        return SpopEnd.Normal;
                    default:
                        return SpopEnd.Invalid;
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return SpopEnd.Normal;
        }
    }

    private async Task AnsweredAsync()
    {
        for (var place = 0; place < MostQuestions && await places.WaitAsync(AnswerPatience); place++)
        {
        }
    }

    private async Task AnswerAsync(SpopFrame.Notify question)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
            patience.CancelAfter(AnswerPatience);
            var variables = new List<SpopVariable>();
            foreach (var message in question.Messages)
            {
                variables.AddRange(await AnswerAsync(message, patience.Token));
            }

            await WriteAsync(SpopWriter.Ack(question.Stream, question.Number, variables));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Nobody waits for it any more.
        }
        finally
        {
            places.Release();
        }
    }

    // A question that cannot be answered, for whatever reason, is answered by nothing: then nothing is allowed.
    private async Task<IReadOnlyList<SpopVariable>> AnswerAsync(SpopMessage message, CancellationToken stop)
    {
        try
        {
            return await answers.AnswerAsync(message, stop);
        }
        catch (OperationCanceledException)
        {
            return [];
        }
        catch (Exception e)
        {
            log.AgentFailed(message.Name, e);
            return [];
        }
    }

    // Null where it is malformed, or there is none any more.
    private async Task<SpopFrame?> ReadAsync()
    {
        var start = await reader.ReadAtLeastAsync(SpopFrame.LengthSize, ending.Token);
        if (start.Buffer.Length < SpopFrame.LengthSize)
        {
            throw new IOException("the connection ended");
        }

        var size = SpopFrame.LengthSize + Length(start.Buffer);
        reader.AdvanceTo(start.Buffer.Start);
        if (size > SpopFrame.LengthSize + limit)
        {
            return null;
        }

        var whole = start.Buffer.Length >= size ? await reader.ReadAtLeastAsync((int)size, ending.Token) : await ReadRestAsync((int)size);
        if (whole.Buffer.Length < size)
        {
            throw new IOException("the connection ended within a frame");
        }

        var frame = whole.Buffer.Slice(SpopFrame.LengthSize, size - SpopFrame.LengthSize).ToArray();
        reader.AdvanceTo(whole.Buffer.GetPosition(size));
        return SpopFrame.Read(frame);
    }

    private async Task<ReadResult> ReadRestAsync(int size)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        patience.CancelAfter(FramePatience);
        return await reader.ReadAtLeastAsync(size, patience.Token);
    }

    private static long Length(ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[SpopFrame.LengthSize];
        buffer.Slice(0, SpopFrame.LengthSize).CopyTo(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    private async Task WriteAsync(byte[] frame)
    {
        await writing.WaitAsync();
        try
        {
            await stream.WriteAsync(frame);
        }
        finally
        {
            writing.Release();
        }
    }
}
