using System.Collections.Frozen;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Core.Credentials;
using Sluice.Core.Spop;
using Sluice.Core.Values;

namespace Sluice.Controller.Agent;

/// <summary>
/// Asks somebody else whether a request may pass. They see its headers and not its body; of their answer, the status
/// counts, and some headers are given on.
/// </summary>
internal sealed class ExternalAnswers(AgentSets sets, ILogger log) : IDisposable
{
    public const string Question = "external";

    // HAProxy keeps 2 kB free for what is added to a request, and a frame takes 16 kB.
    private const int MostCopied = 1536;
    private const int MostChallenge = 1024;

    // By which authenticators learn what is asked for, and which clients must therefore not say; and by which one of them would be
    // answered 304 instead.
    private static readonly FrozenSet<string> Forgeable = FrozenSet.Create(
        StringComparer.Ordinal,
        "x-original-url", "x-original-method", "x-original-uri", "x-forwarded-uri", "x-forwarded-method", "x-auth-request-redirect",
        "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range");

    // Connections are kept, and whom one may ask another may not.
    private readonly AuthenticatorClient client = new(mayAskItself: false, log);
    private readonly AuthenticatorClient clientOfItself = new(mayAskItself: true, log);

    // One authenticator that hangs must not keep others from being asked.
    private readonly SharedPlaces places = new(1024);

    public async ValueTask<IReadOnlyList<SpopVariable>> AnswerAsync(SpopMessage question, CancellationToken stop)
    {
        if (question.Text("set") is not { } set || sets.Find(set, AuthRequest.Parse) is not { } request || !places.TryTake(set))
        {
            return [];
        }

        try
        {
            return await AskAsync(request, question, stop);
        }
        finally
        {
            places.Give(set);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        clientOfItself.Dispose();
    }

    private async Task<IReadOnlyList<SpopVariable>> AskAsync(AuthRequest request, SpopMessage question, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(request.Timeout);
        try
        {
            var headers = SpopHeaders.Read(question.Bytes("headers"));
            using var message = Message(request, question, headers);
            using var response = await (request.MayAskItself ? clientOfItself : client).SendAsync(message, patience.Token);
            return Answer(request, response, HeaderTwins.Of(request.Copied, headers.Select(header => header.Name)));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or UriFormatException)
        {
            return [];
        }
    }

    private static HttpRequestMessage Message(AuthRequest request, SpopMessage question, IReadOnlyList<(string Name, string Value)> headers)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url);
        var (host, scheme) = ("", "http");
        foreach (var (name, value) in headers)
        {
            host = name == "host" ? value : host;
            scheme = name == "x-forwarded-proto" ? value : scheme;
            if (!PassedOn.Excludes(name) && !Forgeable.Contains(name) && request.Passes(name))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        message.Headers.TryAddWithoutValidation("X-Original-URL", $"{scheme}://{host}{question.Text("target")}");
        message.Headers.TryAddWithoutValidation("X-Auth-Request-Redirect", question.Text("target"));
        message.Headers.TryAddWithoutValidation("X-Request-ID", question.Text("id"));
        message.Headers.TryAddWithoutValidation("X-Original-Method", question.Text("method"));
        return message;
    }

    private static IReadOnlyList<SpopVariable> Answer(AuthRequest request, HttpResponseMessage response, IReadOnlyList<string> twins)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized:
                var challenge = string.Join(", ", Values(response, "www-authenticate"));
                return challenge.Length is > 0 and <= MostChallenge && IsPrintable(challenge)
                    ? [Status(response.StatusCode), new SpopVariable("challenge", SpopValue.Text(Encoding.ASCII.GetBytes(challenge)))]
                    : [Status(response.StatusCode)];
            case HttpStatusCode.Forbidden:
                return [Status(response.StatusCode)];
            case >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices:
                return Allowed(request, response, twins);
            default:
                return [];
        }
    }

    // What has no room is no answer.
    private static IReadOnlyList<SpopVariable> Allowed(AuthRequest request, HttpResponseMessage response, IReadOnlyList<string> twins)
    {
        var copied = request.Copied.Select(name => (name, string.Join(", ", Values(response, name)))).Where(header => header.Item2.Length > 0).ToList();
        if (copied.Sum(header => header.name.Length + header.Item2.Length) > MostCopied || !copied.TrueForAll(header => IsText(header.Item2)))
        {
            return [];
        }

        return
        [
            Status(HttpStatusCode.OK),
            .. copied.Count == 0 ? Array.Empty<SpopVariable>() : [new SpopVariable("headers", SpopValue.Binary(SpopHeaders.Write(copied)))],
            .. twins.Count == 0 ? Array.Empty<SpopVariable>() : [new SpopVariable("twins", SpopValue.Binary(SpopHeaders.WriteNames(twins)))],
        ];
    }

    private static SpopVariable Status(HttpStatusCode status) => new(Question, SpopValue.Of((uint)status));

    // Some are of the message, and some of its content.
    private static IEnumerable<string> Values(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values
        : response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values : [];

    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsText(string text) => !text.Any(char.IsControl);
}
