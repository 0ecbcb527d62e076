using System.Buffers;

namespace Sluice.Controller.Cluster;

/// <summary>Splits a stream into lines. A line is valid until the next one is read.</summary>
/// <param name="stream">The stream.</param>
/// <param name="silence">How long nothing may come before the stream counts as dead.</param>
/// <param name="stop">Gives up.</param>
internal sealed class LineReader(Stream stream, TimeSpan silence, CancellationToken stop) : IDisposable
{
    /// <summary>More than any object in etcd can hold.</summary>
    private const int LongestLine = 32 * 1024 * 1024;

    private readonly CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);

    // There may be many watches that have nothing to say, each with a buffer: it begins small and grows with the lines.
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int start;
    private int end;
    private int searched;

    /// <summary>The next line without its end; null when the stream ends. A last line without an end was cut off, and is none.</summary>
    /// <exception cref="SilenceException">Nothing came for too long.</exception>
    /// <exception cref="IOException">The stream broke, or the line is too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync()
    {
        while (true)
        {
            var length = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = buffer.AsMemory(start, searched + length - start);
                start = searched += length + 1;
                return line;
            }

            searched = end;
            MakeRoom();
            var count = await FillAsync();
            if (count == 0)
            {
                return null;
            }

            end += count;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        stream.Dispose();
        limit.Dispose();
    }

    private async ValueTask<int> FillAsync()
    {
        limit.CancelAfter(silence);
        try
        {
            return await stream.ReadAsync(buffer.AsMemory(end), limit.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new SilenceException(silence, e);
        }
        catch (HttpRequestException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (end, searched, start) = (end - start, searched - start, 0);
        }

        if (end < buffer.Length)
        {
            return;
        }

        if (buffer.Length >= LongestLine)
        {
            throw new IOException("the API server sent a line without an end");
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}

/// <summary>A stream is open and nothing comes: its other end may be gone, or have nothing to say.</summary>
internal sealed class SilenceException(TimeSpan silence, Exception inner) : IOException($"nothing was heard for {silence.TotalSeconds:0} s", inner);
