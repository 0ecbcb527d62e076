using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sluice.Controller.Serving;

/// <summary>Where a server of our own listens, and the option to choose another port with.</summary>
internal sealed record ListenAt(string Address, int Port, string Option)
{
    public IPEndPoint EndPoint => new(IPAddress.Parse(Address), Port);
}

/// <summary>A small HTTP server of our own: one port, one handler, nothing read from files or environment.</summary>
internal sealed class HttpEndpoint : IAsyncDisposable
{
    private const int MostConnections = 512;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;

    private HttpEndpoint(WebApplication application) => this.application = application;

    /// <summary>The port that is listened on, also where any was asked for.</summary>
    public int Port => new Uri(application.Urls.Single()).Port;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="SocketException">The address is not one of this machine, or the port is not for us.</exception>
    public static async Task<HttpEndpoint> StartAsync(
        ListenAt place, Action<ListenOptions> configure, RequestDelegate answer, ILoggerFactory logs, CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(place.EndPoint, configure);
        });
        var application = builder.Build();
        application.Run(answer);
        try
        {
            await application.StartAsync(stop);
            return new HttpEndpoint(application);
        }
        catch (Exception e)
        {
            await application.DisposeAsync();
            if (e is IOException { InnerException: AddressInUseException })
            {
                throw new IOException($"Somebody listens on {place.EndPoint} already. Choose another port with {place.Option}.", e);
            }

            throw;
        }
    }

    /// <summary>Takes no new connections, and ends when the requests that are being answered are.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(StopLimit);
        await application.StopAsync(limit.Token);
        await application.DisposeAsync();
    }

    // Signals are for the process as a whole: whoever started this server stops it.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
