using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sluice.Controller.Cluster;

namespace Sluice.Unit.Cluster;

/// <summary>An API server in this process, as far as a reader sees one, which misbehaves when it is told to.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private readonly ConcurrentQueue<FakeRequest> requests = [];
    private readonly List<FakeFault> faults = [];
    private CancellationTokenSource connections = new();
    private WebApplication? app;

    public FakeTruth Truth { get; } = new();

    public Uri Address { get; private set; } = new("http://localhost");

    public IReadOnlyCollection<FakeRequest> Requests => requests;

    /// <summary>Fires at each request.</summary>
    public Signal Asked { get; } = new();

    /// <summary>Whether a watch can begin with a list; servers before 1.32 answer 422.</summary>
    public bool Streams { get; init; } = true;

    /// <summary>Whether a version that is too old is refused by the status of the answer, not by an event.</summary>
    public bool RefusesOldVersions { get; init; }

    /// <summary>What stands before all paths.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Who may read.</summary>
    public Func<FakeRequest, bool> Admits { get; set; } = _ => true;

    /// <summary>Who has the right to.</summary>
    public Func<FakeRequest, bool> Allows { get; set; } = _ => true;

    /// <summary>Kinds that this server does not have.</summary>
    public HashSet<ApiKind> Lacks { get; } = [];

    /// <summary>The server's certificate, for https.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Who signed it, where that is not the root; it is sent along.</summary>
    public TestAuthority? Between { get; init; }

    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1AndHttp2;

    /// <summary>Takes the name that a client asked for in the handshake.</summary>
    public Action<string?> Greeted { get; init; } = _ => { };

    /// <summary>An answer of the kind Status.</summary>
    public static string Status(int code) =>
        $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"code {{code}}, says the server","reason":"Some","code":{{code}}}""";

    /// <summary>What a server says to who has not the right.</summary>
    private static string Forbidden(FakeRequest request) => Status(403).Replace(
        "code 403, says the server", $"{request.Kind.Plural} is forbidden: User cannot {request.Verb} in the namespace {request.Namespace}", StringComparison.Ordinal);

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, Address.Port == 80 ? 0 : Address.Port, Listen));
        app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        Address = new Uri(app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
    }

    /// <summary>The server is gone, and nothing listens where it was.</summary>
    public async Task StopAsync()
    {
        await connections.CancelAsync();
        await app!.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        connections = new CancellationTokenSource();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        connections.Dispose();
    }

    public void Misbehave(params FakeFault[] more)
    {
        lock (faults)
        {
            faults.AddRange(more);
        }
    }

    /// <summary>How often faults will hit yet.</summary>
    public int FaultsLeft
    {
        get
        {
            lock (faults)
            {
                return faults.Sum(fault => fault.Times);
            }
        }
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Heal()
    {
        lock (faults)
        {
            faults.Clear();
        }
    }

    /// <summary>Cuts all streams.</summary>
    public async Task CutAsync()
    {
        var former = connections;
        connections = new CancellationTokenSource();
        await former.CancelAsync();
    }

    /// <summary>Waits for a number of requests of a sort.</summary>
    public Task AskedAsync(Func<FakeRequest, bool> sort, int count = 1) =>
        Asked.UntilAsync(() => Count(sort) >= count, () => $"{Count(sort)} of {count} such requests in\n{string.Join('\n', requests.Select(r => r.Url))}");

    public int Count(Func<FakeRequest, bool> sort) => requests.Count(sort);

    private void Listen(ListenOptions options)
    {
        options.Protocols = Protocols;
        if (Certificate is null)
        {
            return;
        }

        options.UseHttps(new HttpsConnectionAdapterOptions
        {
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ServerCertificate = Between is null ? null : Certificate,
            ServerCertificateSelector = Between is not null ? null : (_, name) =>
            {
                Greeted(name);
                return Certificate;
            },
            ServerCertificateChain = Between is null ? null : [X509Certificate2.CreateFromPem(Between.Pem)],
            ClientCertificateMode = ClientCertificateMode.AllowCertificate,
            ClientCertificateValidation = (_, _, _) => true,
        });
    }

    private FakeFault? Take(FakeRequest request)
    {
        lock (faults)
        {
            var index = faults.FindIndex(fault => fault.Hits(request));
            if (index < 0)
            {
                return null;
            }

            var fault = faults[index];
            faults[index] = fault with { Times = fault.Times - 1 };
            if (fault.Times == 1)
            {
                faults.RemoveAt(index);
            }

            return fault;
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, connections.Token);
        try
        {
            await AnswerAsync(context, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context, CancellationToken stop)
    {
        if (FakeRequest.Read(context, Prefix) is not { } request)
        {
            await SendAsync(context, 404, Status(404), stop);
            return;
        }

        var fault = Admits(request) && Allows(request) ? Take(request) : null;
        requests.Enqueue(request);
        Asked.Fire();
        var code = !Admits(request) ? 401
            : !Allows(request) ? 403
            : Lacks.Contains(request.Kind) ? 404
            : fault?.What == Misbehaviour.Refuse ? fault.Code
            : request.SendsInitialEvents && !Streams ? 422
            : RefusesOldVersions && request.IsResumed && long.Parse(request.Version, CultureInfo.InvariantCulture) < Truth.Oldest ? 410
            : 200;
        if (code != 200)
        {
            context.Response.Headers.RetryAfter = fault?.RetryAfter;
            await SendAsync(context, code, Allows(request) ? Status(code) : Forbidden(request), stop);
            return;
        }

        switch (fault?.What)
        {
            case Misbehaviour.Abort:
                context.Abort();
                break;
            case Misbehaviour.NoAnswer:
                await Task.Delay(Timeout.Infinite, stop);
                break;
            case Misbehaviour.EndlessRefusal:
                context.Response.StatusCode = 500;
                await context.Response.Body.FlushAsync(stop);
                await Task.Delay(Timeout.Infinite, stop);
                break;
            case Misbehaviour.Garbage:
                await SendAsync(context, 200, fault.Text, stop);
                break;
            default:
                await (request.Verb == "watch" ? new FakeWatch(context, request, Truth, fault).RunAsync(stop) : ListAsync(context, request, stop));
                break;
        }
    }

    // A page token is the version of the list and how many objects were sent; it lives as long as the version.
    private async Task ListAsync(HttpContext context, FakeRequest request, CancellationToken stop)
    {
        var (version, skip) = request.Continue.Split(':') is [var at, var given]
            ? (long.Parse(at, CultureInfo.InvariantCulture), int.Parse(given, CultureInfo.InvariantCulture))
            : (Truth.Version, 0);
        if (version < Truth.Oldest)
        {
            await SendAsync(context, 410, Status(410), stop);
            return;
        }

        var all = Truth.At(version).Where(request.Takes).Skip(skip).ToList();
        var page = request.Limit > 0 ? all.Take(request.Limit).ToList() : all;
        var token = page.Count < all.Count ? $"{version}:{skip + page.Count}" : "";
        await SendAsync(
            context, 200,
            $$$"""{"kind":"{{{request.Kind.Kind}}}List","apiVersion":"{{{request.Kind.ApiVersion}}}","metadata":{"resourceVersion":"{{{version}}}","continue":"{{{token}}}"},"items":[{{{string.Join(',', page.Select(item => item.Json))}}}]}""",
            stop);
    }

    private static Task SendAsync(HttpContext context, int code, string text, CancellationToken stop)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(text, stop);
    }
}
