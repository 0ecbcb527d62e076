using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sluice.Behaviour.Harness;

/// <summary>
/// The pods of a test: one server in this process, listening on an address for each pod, all on one port. Each answers
/// with what it saw (<see cref="Echo"/>). The query asks for more: <c>gate=name</c> waits for the test, <c>ms=10</c>
/// takes time, <c>lines=3</c> streams lines and waits at the gate after the first, <c>bytes=100</c> makes a body of that
/// size, <c>status=500</c> sets the status, <c>server=x</c> sends a Server header, <c>header=name:value</c> another one.
/// A WebSocket gets its messages back, after the pod's name; a call of gRPC as they are.
/// </summary>
public sealed class EchoPods : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly FrozenDictionary<string, EchoPod> byName;
    private readonly FrozenDictionary<IPAddress, EchoPod> byAddress;
    private readonly Channel<bool> closed = Channel.CreateUnbounded<bool>();
    private readonly ConcurrentDictionary<string, Echo> last = new(StringComparer.Ordinal);
    private int connections;
    private int open;
    private int requests;

    private EchoPods(WebApplication server, IReadOnlyCollection<EchoPod> pods)
    {
        this.server = server;
        byName = pods.ToFrozenDictionary(pod => pod.Name, StringComparer.Ordinal);
        byAddress = pods.ToFrozenDictionary(pod => pod.Address);
        All = pods;
    }

    public Gates Gates { get; } = new();

    /// <summary>How many connections were made to the pods so far.</summary>
    public int Connections => connections;

    /// <summary>How many connections to the pods are open.</summary>
    public int OpenConnections => open;

    /// <summary>How many requests came to the pods so far.</summary>
    public int Requests => requests;

    /// <summary>What a pod saw of the last request that came to it, once that has this path.</summary>
    public async Task<Echo> LastAsync(string name, string path)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        Echo? seen;
        while (!last.TryGetValue(name, out seen) || seen.Target.Split('?')[0] != path)
        {
            await Task.Delay(5, patience.Token);
        }

        return seen;
    }

    /// <summary>All pods, in the order they were asked for.</summary>
    public IReadOnlyCollection<EchoPod> All { get; }

    public EchoPod this[string name] => byName[name];

    /// <summary>Starts a pod for each name, at 127.0.0.1, 127.0.0.2 and so on.</summary>
    public static Task<EchoPods> StartAsync(params IReadOnlyCollection<string> names) =>
        StartAsync([.. names.Select((name, index) => (name, new IPAddress([127, 0, 0, (byte)(index + 1)])))]);

    /// <param name="wanted">Names and addresses.</param>
    /// <param name="listening">What connections are made of, where it is not HTTP/1.1.</param>
    public static async Task<EchoPods> StartAsync(IReadOnlyCollection<(string Name, IPAddress Address)> wanted, Action<ListenOptions>? listening = null)
    {
        var port = Ports.Free([.. wanted.Select(pod => pod.Address)]);
        EchoPod[] pods = [.. wanted.Select(pod => new EchoPod(pod.Name, pod.Address, port))];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var result = default(EchoPods);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, pods, listening, serve => result!.CountAsync(serve)));
        result = new EchoPods(builder.Build(), pods);
        result.server.UseWebSockets();
        result.server.Run(result.AnswerAsync);
        await result.server.StartAsync();
        return result;
    }

    /// <summary>Waits until so many connections to the pods are open at most.</summary>
    public async Task UntilOpenConnectionsAsync(int most)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (open > most)
        {
            await closed.Reader.ReadAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Gates.OpenAll();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await server.StopAsync(patience.Token);
        await server.DisposeAsync();
    }

    private static void Configure(KestrelServerOptions kestrel, EchoPod[] pods, Action<ListenOptions>? listening, Func<Func<Task>, Task> count)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestLineSize = 128 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        foreach (var pod in pods)
        {
            kestrel.Listen(pod.Address, pod.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => count(() => next(connection)));
                listening?.Invoke(listen);
            });
        }
    }

    private async Task CountAsync(Func<Task> serve)
    {
        Interlocked.Increment(ref connections);
        Interlocked.Increment(ref open);
        try
        {
            await serve();
        }
        finally
        {
            Interlocked.Decrement(ref open);
            closed.Writer.TryWrite(true);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref requests);
        var pod = byAddress[context.Connection.LocalIpAddress ?? IPAddress.None];
        if (context.WebSockets.IsWebSocketRequest)
        {
            await EchoMessagesAsync(pod, await context.WebSockets.AcceptWebSocketAsync(), context.RequestAborted);
            return;
        }

        if (context.Request.ContentType == "application/grpc")
        {
            await EchoCallAsync(context.Request.Body, context.Response, context.RequestAborted);
            return;
        }

        var query = context.Request.Query;
        var length = await DrainAsync(context.Request.Body, context.RequestAborted);
        var gate = query.TryGetValue("gate", out var name) ? Gates[name.ToString()] : null;
        var seen = last[pod.Name] = Saw(context, pod, length);
        Describe(context, query);
        if (Number(query, "lines") is > 0 and var lines)
        {
            await StreamAsync(context.Response, pod, lines, gate, context.RequestAborted);
            return;
        }

        await (gate?.PassAsync(context.RequestAborted) ?? Task.CompletedTask);
        await Task.Delay(Number(query, "ms"), context.RequestAborted);

        var body = Number(query, "bytes") is > 0 and var bytes ? new byte[bytes] : seen.ToJson();
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static void Describe(HttpContext context, IQueryCollection query)
    {
        context.Response.StatusCode = Number(query, "status") is > 0 and var status ? status : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        if (query.TryGetValue("server", out var name))
        {
            context.Response.Headers.Server = name;
        }

        foreach (var header in query["header"].Select(text => text?.Split(':', 2)))
        {
            context.Response.Headers.Append(header![0], header[1]);
        }
    }

    private static Echo Saw(HttpContext context, EchoPod pod, long bodyLength) => new(
        pod.Name,
        context.Request.Method,
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
        context.Request.Protocol,
        bodyLength,
        context.Request.Headers.ToDictionary(
            header => header.Key.ToLowerInvariant(),
            header => header.Value.Select(value => value ?? "").ToArray(),
            StringComparer.Ordinal));

    private static async Task StreamAsync(HttpResponse response, EchoPod pod, int lines, Gate? gate, CancellationToken stop)
    {
        for (var line = 1; line <= lines; line++)
        {
            await response.WriteAsync($"{pod.Name} {line}\n", stop);
            await response.Body.FlushAsync(stop);
            await (line == 1 && gate is not null ? gate.PassAsync(stop) : Task.CompletedTask);
        }
    }

    private static async Task<long> DrainAsync(Stream body, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        long total = 0;
        while (await body.ReadAsync(buffer, stop) is > 0 and var read)
        {
            total += read;
        }

        return total;
    }

    private static async Task EchoCallAsync(Stream messages, HttpResponse response, CancellationToken stop)
    {
        response.ContentType = "application/grpc";
        await response.StartAsync(stop);
        await response.Body.FlushAsync(stop);
        var buffer = new byte[4 * 1024];
        while (await messages.ReadAsync(buffer, stop) is > 0 and var read)
        {
            await response.Body.WriteAsync(buffer.AsMemory(0, read), stop);
            await response.Body.FlushAsync(stop);
        }

        response.AppendTrailer("grpc-status", "0");
    }

    private static async Task EchoMessagesAsync(EchoPod pod, WebSocket socket, CancellationToken stop)
    {
        var buffer = new byte[4 * 1024];
        while (socket.State == WebSocketState.Open)
        {
            var received = await socket.ReceiveAsync(buffer, stop);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", stop);
                return;
            }

            var answer = $"{pod.Name}: {Encoding.UTF8.GetString(buffer.AsSpan(0, received.Count))}";
            await socket.SendAsync(Encoding.UTF8.GetBytes(answer), WebSocketMessageType.Text, endOfMessage: true, stop);
        }
    }

    private static int Number(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var text) && int.TryParse(text.ToString(), out var number) ? number : 0;
}
