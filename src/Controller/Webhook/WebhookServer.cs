using System.Net.Security;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Serving;
using Sluice.Core.Translation;
using Sluice.Core.Values;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Sluice.Controller.Webhook;

/// <summary>
/// The admission webhook's server: <c>POST /validate</c> with an AdmissionReview, and <c>/healthz</c>. It reads nothing but
/// what it is sent, and changes nothing.
/// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
/// </summary>
public sealed class WebhookServer : IAsyncDisposable
{
    // A review holds the object and what it was before, and the API server stores no object of more than 1.5 MiB.
    private const int LongestBody = 4 << 20;

    // What nearly all reviews fit into. They have a budget of their own, which no large one can use up.
    private const int SmallBody = 64 << 10;

    // Together less than the pod may use, with what reading takes on top of it.
    private const int AllBodies = 8 << 20;

    private readonly Admission admission;
    private readonly ServingCertificate certificate;
    private readonly WebhookSettings settings;
    private readonly ILogger log;
    private readonly BodyBudget small = new(AllBodies);
    private readonly BodyBudget large = new(AllBodies);

    // Judging is work for the processor, and takes memory while it lasts: of large reviews so much that one is enough.
    private readonly SemaphoreSlim judges = new(Environment.ProcessorCount);
    private readonly SemaphoreSlim judgeOfLarge = new(1);
    private HttpEndpoint? endpoint;

    private WebhookServer(WebhookSettings settings, ILogger log)
    {
        this.settings = settings;
        this.log = log;
        certificate = ServingCertificate.Open(settings, log);
        var options = new TranslationOptions { SelfSigned = SelfSignedCertificate.Create(DateTimeOffset.UtcNow), Config = settings.Config };
        admission = new Admission(new ClassSelection(settings.Classes, settings.HasDefaultClass), options);
    }

    /// <summary>The port that is listened on.</summary>
    public int Port => endpoint!.Port;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="InvalidDataException">There is no certificate that could be shown.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<WebhookServer> StartAsync(WebhookSettings settings, ILoggerFactory logs, CancellationToken stop)
    {
        var server = new WebhookServer(settings, logs.CreateLogger<WebhookServer>());
        try
        {
            server.endpoint = await HttpEndpoint.StartAsync(
                new ListenAt(settings.Bind, settings.Port, "--port"), server.Configure, server.AnswerAsync, logs, stop);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no new connections, and ends when what is asked is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        await (endpoint?.DisposeAsync() ?? ValueTask.CompletedTask);
        judges.Dispose();
        judgeOfLarge.Dispose();
    }

    private void Configure(ListenOptions listen)
    {
        var limits = listen.KestrelServerOptions.Limits;
        limits.MaxRequestBodySize = LongestBody;
        limits.MaxConcurrentConnections = settings.MostConnections;
        limits.RequestHeadersTimeout = settings.RequestLimit;
        limits.Http2.MaxStreamsPerConnection = 100;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = settings.RequestLimit,
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Current(),
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            }),
        });
    }

    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var isGet = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return request.Path.Value switch
        {
            "/validate" when HttpMethods.IsPost(request.Method) => ValidateAsync(context),
            "/validate" => RefuseMethodAsync(context, "POST"),
            "/healthz" when isGet => PlainText.AnswerAsync(context, StatusCodes.Status200OK, "ok"),
            "/healthz" => RefuseMethodAsync(context, "GET, HEAD"),
            _ => PlainText.AnswerAsync(context, StatusCodes.Status404NotFound, "there are /validate and /healthz"),
        };
    }

    private static Task RefuseMethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return PlainText.AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, $"only {allowed} is answered here");
    }

    private async Task ValidateAsync(HttpContext context)
    {
        var length = context.Request.ContentLength;
        if (length > LongestBody)
        {
            await TooLargeAsync(context);
            return;
        }

        using var share = length <= SmallBody ? small.Take(length.Value) : large.Take(length ?? LongestBody);
        if (share is null)
        {
            await PlainText.AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "too much is asked at once");
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(settings.RequestLimit);
        try
        {
            using var body = new MemoryStream((int)(length ?? 0));
            await context.Request.Body.CopyToAsync(body, limit.Token);
            await AnswerAsync(context, await JudgeAsync(body, limit.Token));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await PlainText.AnswerAsync(context, StatusCodes.Status408RequestTimeout, $"the review did not come within {settings.RequestLimit.TotalSeconds} s");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await TooLargeAsync(context);
        }
    }

    private static Task TooLargeAsync(HttpContext context) =>
        PlainText.AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, $"a review may have {LongestBody} bytes");

    private static async Task AnswerAsync(HttpContext context, Answer answer)
    {
        if (answer.Review is not { } review)
        {
            await PlainText.AnswerAsync(context, StatusCodes.Status400BadRequest, answer.Problem);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = review.Length;
        await context.Response.Body.WriteAsync(review, context.RequestAborted);
    }

    private async Task<Answer> JudgeAsync(MemoryStream body, CancellationToken stop)
    {
        var turn = body.Length <= SmallBody ? judges : judgeOfLarge;
        await turn.WaitAsync(stop);
        try
        {
            using var document = AdmissionRequest.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            var request = AdmissionRequest.Read(document.RootElement);
            var verdict = admission.Judge(request);
            if (!verdict.IsAllowed)
            {
                log.AdmissionRefused(new ResourceRef(request.Kind, request.Name).ToString(), AdmissionAnswer.Reason(verdict.Errors));
            }

            return new Answer(AdmissionAnswer.Write(request.Uid, verdict), "");
        }
        catch (InvalidDataException e)
        {
            return new Answer(null, e.Message);
        }
        catch (JsonException)
        {
            return new Answer(null, "expected an AdmissionReview, found something that is not JSON");
        }
        finally
        {
            turn.Release();
        }
    }

    private sealed record Answer(byte[]? Review, string Problem);
}
