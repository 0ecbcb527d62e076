namespace Sluice.Behaviour.Harness;

/// <summary>Sends raw requests to one port, on a kept connection where there is one and on a new one else.</summary>
/// <param name="port">The port.</param>
/// <param name="keeps">Whether it keeps a connection for the next request.</param>
public sealed class RawHttp(int port, bool keeps = true) : IAsyncDisposable
{
    private RawConnection? kept;

    /// <summary>How many connections were opened.</summary>
    public int Connections { get; private set; }

    public Task<Response> GetAsync(string? host, string target, params IReadOnlyCollection<string> headers) =>
        SendAsync("GET", target, host, headers);

    public async Task<Response> SendAsync(
        string method, string target, string? host, IReadOnlyCollection<string>? headers = null, ReadOnlyMemory<byte> body = default)
    {
        var connection = kept ?? await OpenAsync();
        kept = null;
        try
        {
            var response = await connection.SendAsync(method, target, host, headers, body);
            kept = keeps && !connection.Ended ? connection : null;
            return response;
        }
        finally
        {
            if (kept is null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    public ValueTask DisposeAsync() => kept?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task<RawConnection> OpenAsync()
    {
        Connections++;
        return RawConnection.OpenAsync(port);
    }
}
