using System.Globalization;
using System.Text;

namespace Sluice.Behaviour.Harness;

/// <summary>Reads HTTP/1.1 responses from a stream, one after the other (RFC 9112, sections 4 and 6).</summary>
internal sealed class ResponseReader(Stream stream)
{
    private readonly byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    /// <summary>True if the last response was the connection's last.</summary>
    public bool Ended { get; private set; }

    public async Task<Response> ReadAsync(string method, CancellationToken stop)
    {
        while (true)
        {
            var status = int.Parse((await LineAsync(stop)).Split(' ')[1], CultureInfo.InvariantCulture);
            var head = new Response(status, await HeadersAsync(stop), default);
            if (status is >= 100 and < 200 and not 101)
            {
                continue;
            }

            Ended = head["Connection"] is "close";
            return head with { Body = await BodyAsync(head, method, stop) };
        }
    }

    private async Task<List<KeyValuePair<string, string>>> HeadersAsync(CancellationToken stop)
    {
        var headers = new List<KeyValuePair<string, string>>();
        while (await LineAsync(stop) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }

        return headers;
    }

    private async Task<byte[]> BodyAsync(Response head, string method, CancellationToken stop)
    {
        if (method == "HEAD" || head.Status is 101 or 204 or 304)
        {
            return [];
        }

        if (head["Transfer-Encoding"] is "chunked")
        {
            return await ChunksAsync(stop);
        }

        if (head["Content-Length"] is { } length)
        {
            return await BytesAsync(int.Parse(length, CultureInfo.InvariantCulture), stop);
        }

        Ended = true;
        return await RestAsync(stop);
    }

    private async Task<byte[]> ChunksAsync(CancellationToken stop)
    {
        var body = new MemoryStream();
        while (int.Parse(await LineAsync(stop), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
        {
            body.Write(await BytesAsync(size, stop));
            await LineAsync(stop);
        }

        await HeadersAsync(stop);
        return body.ToArray();
    }

    private async Task<byte[]> RestAsync(CancellationToken stop)
    {
        var body = new MemoryStream();
        body.Write(buffer.AsSpan(start, end - start));
        await stream.CopyToAsync(body, stop);
        return body.ToArray();
    }

    private async Task<byte[]> BytesAsync(int count, CancellationToken stop)
    {
        var result = new byte[count];
        var buffered = Math.Min(count, end - start);
        buffer.AsSpan(start, buffered).CopyTo(result);
        start += buffered;
        await stream.ReadExactlyAsync(result.AsMemory(buffered), stop);
        return result;
    }

    private async Task<string> LineAsync(CancellationToken stop)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (start == end)
            {
                (start, end) = (0, await stream.ReadAsync(buffer, stop));
                if (end == 0)
                {
                    throw new EndOfStreamException($"The connection was closed within a response, after '{line}'.");
                }
            }

            var newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            line.Append(Encoding.Latin1.GetString(buffer, start, newline < 0 ? end - start : newline));
            start = newline < 0 ? end : start + newline + 1;
            if (newline >= 0)
            {
                return line.ToString().TrimEnd('\r');
            }
        }
    }
}
