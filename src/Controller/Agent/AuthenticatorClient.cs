using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Core.Values;

namespace Sluice.Controller.Agent;

/// <summary>
/// Asks over HTTP, and only where it may. Certificates are verified, redirects not followed, nothing is remembered, and no
/// proxy stands between.
/// </summary>
internal sealed class AuthenticatorClient : IDisposable
{
    private const int MostTold = 1000;

    private readonly bool mayAskItself;
    private readonly ILogger log;
    private readonly HttpMessageInvoker client;
    private readonly ConcurrentDictionary<string, Lazy<Task<IPAddress[]>>> lookups = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> told = new(StringComparer.Ordinal);

    public AuthenticatorClient(bool mayAskItself, ILogger log)
    {
        (this.mayAskItself, this.log) = (mayAskItself, log);
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = ConnectAsync,
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = 16 * 1024,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        });
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop) => client.SendAsync(request, stop);

    public void Dispose() => client.Dispose();

    // To look a name up takes a thread for as long as it takes, which would be one of those that answer. A name has one at a time.
    private Task<IPAddress[]> AddressesAsync(string host, CancellationToken stop) => IPAddress.TryParse(host, out var address)
        ? Task.FromResult<IPAddress[]>([address])
        : lookups.GetOrAdd(host, _ => new Lazy<Task<IPAddress[]>>(() => Task.Factory.StartNew(() => LookUp(host), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)))
            .Value.WaitAsync(stop);

    private IPAddress[] LookUp(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host);
        }
        finally
        {
            lookups.TryRemove(host, out _);
        }
    }

    // What a name stands for is looked at where it is connected to: it may be another address each time.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = (await AddressesAsync(host, stop)).Where(address => AddressReach.Includes(address, mayAskItself)).ToArray();
        if (addresses.Length == 0)
        {
            if (told.Count < MostTold && told.TryAdd(host, true))
            {
                log.AuthenticatorNotAsked(host);
            }

            throw new IOException($"{host} has no address that may be asked");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
