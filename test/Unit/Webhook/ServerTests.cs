using System.Net;
using System.Net.Security;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Xunit;

namespace Sluice.Unit.Webhook;

/// <summary>A server that anybody in the cluster can reach: whatever is sent, the next one is answered.</summary>
public sealed class ServerTests
{
    private const int LongestBody = 4 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_that_it_is_well()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        using var healthy = await webhook.SendAsync(HttpMethod.Get, "/healthz");
        Assert.Equal((HttpStatusCode.OK, "ok"), (healthy.StatusCode, await healthy.Content.ReadAsStringAsync(Stop)));
        using var head = await webhook.SendAsync(HttpMethod.Head, "/healthz");
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        using var elsewhere = await webhook.SendAsync(HttpMethod.Get, "/elsewhere");
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task Other_methods_are_refused_and_the_right_one_is_named()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        foreach (var (method, path, allowed) in ((string, string, string)[])[("GET", "/validate", "POST"), ("PUT", "/validate", "POST"), ("POST", "/healthz", "GET, HEAD")])
        {
            using var response = await webhook.SendAsync(new HttpMethod(method), path);
            Assert.Equal((HttpStatusCode.MethodNotAllowed, allowed), (response.StatusCode, string.Join(", ", response.Content.Headers.Allow)));
        }
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("nonsense", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("""{"kind": "AdmissionReview", "kind": "AdmissionReview"}""", "not JSON")]
    [InlineData("[]", "found nothing of nothing")]
    [InlineData("null", "found nothing of nothing")]
    [InlineData("""{"kind": "Ingress", "apiVersion": "networking.k8s.io/v1"}""", "found Ingress of networking.k8s.io/v1")]
    [InlineData("""{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1beta1"}""", "expected an AdmissionReview of admission.k8s.io/v1")]
    [InlineData("""{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1"}""", "with a request and its uid")]
    [InlineData("""{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": 7}}""", "with a request and its uid")]
    [InlineData("""{"kind": "\ud800", "apiVersion": "admission.k8s.io/v1"}""", "half of a Unicode character")]
    [InlineData("\"\xff\"", "expected UTF-8")]
    public async Task What_is_no_review_is_refused_and_told_why(string text, string problem)
    {
        await using var webhook = await RunningWebhook.StartAsync();
        using var response = await webhook.PostAsync(Encoding.Latin1.GetBytes(text));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(problem, await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_large_to_be_judged_is_allowed_with_a_warning_and_a_still_larger_body_is_not_read()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        Assert.False((await webhook.AskAsync(Review.Update(Large(1_000_000), Large(1_000_000, "exa mple")))).IsAllowed);
        var omitted = await webhook.AskAsync(Review.Update(Large(1_500_000), Large(1_500_000, "exa mple")));
        Assert.Equal((true, "Sluice did not check this, because it is larger than 1 MiB"), (omitted.IsAllowed, Assert.Single(omitted.Warnings)));
        var other = await webhook.AskAsync(Review.Create(Large(1_500_000).With(item => item["spec"]!["ingressClassName"] = "other")));
        Assert.Equal((true, 0), (other.IsAllowed, other.Warnings.Count));

        using var announced = await webhook.PostAsync(new byte[LongestBody + 1]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, announced.StatusCode);

        // Without a length before it.
        await using var tls = await webhook.ConnectAsync();
        await tls.WriteAsync("POST /validate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), Stop);
        var answer = new StreamReader(tls).ReadLineAsync(Stop).AsTask();
        var chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('x', 0x10000)}\r\n");
        for (var i = 0; i <= LongestBody / 0x10000 && !answer.IsCompleted; i++)
        {
            await tls.WriteAsync(chunk, Stop);
        }

        Assert.Equal("HTTP/1.1 413 Payload Too Large", await answer.WaitAsync(Limit, Stop));

        static JsonNode Large(int size, string host = "shop.example.com") => Review.Ingress(host).Annotated("example.com/large", new string('x', size));
    }

    [Fact]
    public async Task Clients_that_send_slowly_do_not_hold_up_others_and_are_cut_off()
    {
        await using var webhook = await RunningWebhook.StartAsync(settings => settings with { RequestLimit = TimeSpan.FromSeconds(2) });
        var slow = new List<SslStream>();
        for (var i = 0; i < 20; i++)
        {
            slow.Add(await webhook.ConnectAsync());
            await slow[i].WriteAsync(i % 2 == 0 ? Head(1000) : "POST /validate HT"u8.ToArray(), Stop);
        }

        await using var silent = await webhook.ConnectPlainAsync();

        Assert.True((await webhook.AskAsync(Review.Create(Review.Ingress()))).IsAllowed);
        Assert.All(await Task.WhenAll(slow.Select(AnswerAsync)), line => Assert.Contains("408", line, StringComparison.Ordinal));
        Assert.Equal(0, await silent.ReadAsync(new byte[1], Stop).AsTask().WaitAsync(Limit, Stop));
        foreach (var stream in slow)
        {
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task Large_reviews_that_wait_do_not_take_the_room_of_small_ones()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        var waiting = new List<SslStream>();

        // Each is at work when the server has said that it may go on.
        for (var i = 0; i < 2; i++)
        {
            waiting.Add(await webhook.ConnectAsync());
            await waiting[i].WriteAsync(Head(LongestBody, "Expect: 100-continue\r\n"), Stop);
            Assert.Contains("100", await AnswerAsync(waiting[i]), StringComparison.Ordinal);
        }

        using (var refused = await webhook.PostAsync(new byte[100_000]))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        Assert.True((await webhook.AskAsync(Review.Create(Review.Ingress()))).IsAllowed);
        foreach (var stream in waiting)
        {
            await stream.DisposeAsync();
        }

        // What they had is given back, as soon as the server has noticed.
        await UntilAsync(async () =>
        {
            using var taken = await webhook.PostAsync(new byte[100_000]);
            return taken.StatusCode == HttpStatusCode.BadRequest;
        });
    }

    [Fact]
    public async Task More_connections_than_there_may_be_are_closed_at_once()
    {
        await using var webhook = await RunningWebhook.StartAsync(settings => settings with { MostConnections = 3 });
        SslStream[] open = [await webhook.ConnectAsync(), await webhook.ConnectAsync(), await webhook.ConnectAsync()];
        await Assert.ThrowsAnyAsync<IOException>(webhook.ConnectAsync);
        foreach (var stream in open)
        {
            await stream.DisposeAsync();
        }

        await UntilAsync(async () =>
        {
            try
            {
                await using var next = await webhook.ConnectAsync();
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task When_it_stops_what_is_asked_is_answered()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        await using var tls = await webhook.ConnectAsync();
        var review = Encoding.UTF8.GetBytes(Review.Create(Review.Ingress()).ToJsonString());
        await tls.WriteAsync(Head(review.Length, "Expect: 100-continue\r\n"), Stop);
        Assert.Contains("100", await AnswerAsync(tls), StringComparison.Ordinal);

        var stopping = webhook.Server.DisposeAsync().AsTask();
        await tls.WriteAsync(review, Stop);

        Assert.Contains("200", await AnswerAsync(tls), StringComparison.Ordinal);
        await stopping.WaitAsync(Limit, Stop);
    }

    [Fact]
    public async Task Whatever_stands_in_a_review_is_answered()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        var reviews = new[]
        {
            Review.Create(Review.Ingress("exa mple").Annotated("sluice.dev/ssl-redirect", "maybe")),
            Review.Update(Review.Ingress("exa mple"), Review.Ingress()),
        };
        var damage = Gen.Select(Gen.Int[0, 1], Gen.Int[0, 1000], Gen.OneOf("null", "7", "\"\"", "\"\\u0000/\"", "[]", "[null]", "{}", "{\"\":{}}", "true", "1e99"));
        await damage.SampleAsync(
            async (which, place, instead) =>
            {
                var review = reviews[which].DeepClone();
                var nodes = Nodes(review["request"]!).ToList();
                nodes[place % nodes.Count].ReplaceWith(JsonNode.Parse(instead));
                using var response = await webhook.PostAsync(Encoding.UTF8.GetBytes(review.ToJsonString()));
                return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest;
            },
            iter: 500, threads: 1);

        static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
        {
            JsonObject fields => fields.Where(field => field.Value is not null).SelectMany(field => Nodes(field.Value!).Prepend(field.Value!)),
            JsonArray items => items.SelectMany(item => Nodes(item!).Prepend(item!)),
            _ => [],
        };
    }

    private static byte[] Head(int length, string more = "") =>
        Encoding.ASCII.GetBytes($"POST /validate HTTP/1.1\r\nHost: localhost\r\n{more}Content-Length: {length}\r\n\r\n");

    // The first line of what comes next, read byte by byte so that nothing of what follows is lost; the rest up to an empty line.
    private static async Task<string> AnswerAsync(SslStream stream)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Limit);
        var text = new StringBuilder();
        var next = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(next, limit.Token) > 0)
        {
            text.Append((char)next[0]);
        }

        return text.ToString().Split("\r\n")[0];
    }

    // Only the server knows when it has noticed that a client is gone; each try is a question to it.
    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Limit);
        while (!await holds())
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
