using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.Controller.Serving;

namespace Sluice.Controller.Admin;

/// <summary>The controller's own small HTTP server, for those who look after it: whether it lives, and whether to send it traffic.</summary>
/// <param name="readiness">What <c>/readyz</c> tells.</param>
/// <param name="isAlive">What <c>/healthz</c> tells.</param>
internal sealed class AdminServer(Readiness readiness, Func<bool> isAlive) : IAsyncDisposable
{
    private HttpEndpoint? endpoint;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public async Task StartAsync(string address, int port, ILoggerFactory logs, CancellationToken stop) =>
        endpoint = await HttpEndpoint.StartAsync(new ListenAt(address, port, "--admin-port"), _ => { }, AnswerAsync, logs, stop);

    public ValueTask DisposeAsync() => endpoint?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var (status, text) = request.Path.Value switch
        {
            _ when !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) => (StatusCodes.Status405MethodNotAllowed, "only GET is answered here"),
            "/healthz" => isAlive()
                ? (StatusCodes.Status200OK, "ok")
                : (StatusCodes.Status503ServiceUnavailable, "the control loop has ended"),
            "/readyz" => (
                readiness.Phase == ReadinessPhase.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, readiness.Reason),
            _ => (StatusCodes.Status404NotFound, "there are /healthz and /readyz"),
        };
        return PlainText.AnswerAsync(context, status, text);
    }
}
