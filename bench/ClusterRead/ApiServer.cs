using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Controller.Cluster;

namespace Sluice.Bench.ClusterRead;

/// <summary>
/// An API server as far as the controller sees one, over TLS and HTTP/2: lists in pages, watches that begin with a list,
/// bookmarks, and Leases. It changes objects when it is asked to (/bench/storm) and notes who writes (/bench/writes).
/// </summary>
internal sealed class ApiServer(SyntheticCluster cluster) : IAsyncDisposable
{
    private static readonly ApiKind[] Kinds =
        [ApiKind.Ingress, ApiKind.Service, ApiKind.EndpointSlice, ApiKind.Secret, ApiKind.IngressClass, ApiKind.ConfigMap];

    /// <summary>The controller's own. Objects of all other kinds are asked for in all namespaces at once.</summary>
    public const string Namespace = "sluice-system";

    public const string NotFound =
        """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"there is no such thing here","reason":"NotFound","code":404}""";

    private readonly ConcurrentQueue<string> writes = new();
    private readonly LeaseServer leases = new();
    private readonly WatchServer watches = new(cluster);
    private WebApplication? app;

    /// <summary>Starts it, and writes a kubeconfig file that leads to it.</summary>
    public async Task StartAsync(string kubeconfig)
    {
        var identity = BenchCertificate.Create("localhost");
        using var certificate = X509Certificate2.CreateFromPem(identity.CertificatePem, identity.KeyPem);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
        }));
        app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        await File.WriteAllTextAsync(kubeconfig, $$$"""
            apiVersion: v1
            kind: Config
            current-context: bench
            contexts: [{name: bench, context: {cluster: bench, user: bench, namespace: {{{Namespace}}} }}]
            clusters: [{name: bench, cluster: {server: "https://localhost:{{{new Uri(app.Urls.Single()).Port}}}", certificate-authority-data: {{{BenchCertificate.Base64(identity.CertificatePem)}}}}}]
            users: [{name: bench, user: {token: bench}}]
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await (context.Request.Path.Value switch
            {
                "/bench/storm" => StormAsync(context),
                "/bench/writes" => SendAsync(context, 200, string.Join('\n', writes)),
                "/bench/leases" => SendAsync(context, 200, $"{leases.Writes}"),
                var path when LeaseServer.IsLease(path!) => leases.AnswerAsync(context),
                var path when HttpMethods.IsGet(context.Request.Method) && Array.Find(Kinds, kind => path == kind.Path(kind == ApiKind.ConfigMap ? Namespace : null)) is { } kind => ReadAsync(context, kind),
                _ => RefuseAsync(context),
            });
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    private Task StormAsync(HttpContext context)
    {
        watches.Storm(int.Parse(context.Request.Query["events"].ToString()));
        return SendAsync(context, 200, "{}");
    }

    private Task ReadAsync(HttpContext context, ApiKind kind) =>
        context.Request.Query["watch"] == "true" ? watches.RunAsync(context, kind) : ListAsync(context, kind);

    private async Task ListAsync(HttpContext context, ApiKind kind)
    {
        var query = context.Request.Query;
        var start = int.TryParse(query["continue"], out var given) ? given : 0;
        var end = int.TryParse(query["limit"], out var limit) ? Math.Min(start + limit, cluster.Count(kind)) : cluster.Count(kind);
        var page = new ArrayBufferWriter<byte>();
        page.Write(Encoding.ASCII.GetBytes(
            $$"""{"kind":"{{kind.Kind}}List","apiVersion":"{{kind.ApiVersion}}","metadata":{"resourceVersion":"{{SyntheticCluster.FirstVersion}}","continue":"{{(end < cluster.Count(kind) ? end : "")}}"},"items":["""));
        for (var index = start; index < end; index++)
        {
            page.Write(index == start ? [] : ","u8);
            cluster.Write(kind, page, new Written(index, SyntheticCluster.VersionOf(index)));
        }

        page.Write("]}"u8);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(page.WrittenMemory, context.RequestAborted);
    }

    // What is not known is not there; who wants to write it is noted.
    private Task RefuseAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            writes.Enqueue($"{context.Request.Method} {context.Request.Path}");
        }

        return SendAsync(context, 404, NotFound);
    }

    public static Task SendAsync(HttpContext context, int code, string text)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
