using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sluice.Controller.Cluster;

namespace Sluice.Unit.Cluster;

/// <summary>One request to <see cref="StoreApi"/>, and how it was answered.</summary>
internal sealed record StoreCall(string Verb, string Path, int Code)
{
    public bool IsWrite => Verb is "POST" or "PUT" or "PATCH";

    public override string ToString() => $"{Verb} {Path} {Code}";
}

/// <summary>
/// An API server in this process that keeps objects, each with a version, as far as a writer sees one. It refuses what
/// it is told to refuse. What a real one does beyond that, the tests in test/Cluster see.
/// </summary>
internal sealed class StoreApi : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, JsonObject> objects = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<StoreCall> calls = [];
    private readonly CancellationTokenSource ending = new();
    private readonly WebApplication app;
    private int version = 100;

    private StoreApi()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>The code with which a request is refused; 0 to let it pass.</summary>
    public Func<string, string, int> Refuses { get; set; } = (_, _) => 0;

    /// <summary>Fires after each answer and each change.</summary>
    public Signal Happened { get; } = new();

    public IReadOnlyList<StoreCall> Calls => [.. calls];

    public IReadOnlyList<StoreCall> Writes => [.. calls.Where(call => call.IsWrite)];

    public static async Task<StoreApi> StartAsync()
    {
        var result = new StoreApi();
        await result.app.StartAsync();
        return result;
    }

    public ApiClient Client() => new(new ApiEndpoint { Server = new Uri(app.Urls.Single()), Credentials = new Credentials.None() });

    public JsonNode? this[string path]
    {
        get
        {
            lock (gate)
            {
                return objects.GetValueOrDefault(path)?.DeepClone();
            }
        }
    }

    /// <summary>What the Events are about.</summary>
    public IReadOnlyList<JsonNode> About()
    {
        lock (gate)
        {
            return [.. objects.Values.Select(item => item["involvedObject"]).OfType<JsonNode>().Select(about => about.DeepClone())];
        }
    }

    /// <summary>Puts an object there, as somebody else may do.</summary>
    public void Put(string path, string json)
    {
        lock (gate)
        {
            Store(path, JsonNode.Parse(json)!.AsObject());
        }

        Happened.Fire();
    }

    public void Delete(string path)
    {
        lock (gate)
        {
            objects.Remove(path);
        }

        Happened.Fire();
    }

    public Task UntilAsync(Func<StoreApi, bool> holds) =>
        Happened.UntilAsync(() => holds(this), () => $"not before the time was up:\n{string.Join('\n', calls)}");

    public async ValueTask DisposeAsync()
    {
        if (ending.IsCancellationRequested)
        {
            return;
        }

        await ending.CancelAsync();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        ending.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(ending.Token);
        var refusal = Refuses(request.Method, request.Path.Value!);
        if (refusal == 0 && request.Query["watch"] == "true")
        {
            await WatchAsync(context, $"{request.Path.Value}/{request.Query["fieldSelector"].ToString().Replace("metadata.name=", "", StringComparison.Ordinal)}");
            return;
        }

        var (code, answer) = refusal == 0 ? Exchange(request.Method, request.Path.Value!, body) : (refusal, FakeApi.Status(refusal));
        calls.Enqueue(new StoreCall(request.Method, request.Path.Value!, code));
        context.Response.StatusCode = code;
        await context.Response.WriteAsync(answer, ending.Token);
        Happened.Fire();
    }

    private (int Code, string Answer) Exchange(string verb, string path, string body)
    {
        var given = body.Length > 0 ? JsonNode.Parse(body)!.AsObject() : [];
        lock (gate)
        {
            path = verb == "POST" ? $"{path}/{given["metadata"]!["name"]}" : path.Replace("/status", "", StringComparison.Ordinal);
            var known = objects.GetValueOrDefault(path);
            var isExpected = given["metadata"]?["resourceVersion"]?.ToString() is not { } expected || expected == known?["metadata"]?["resourceVersion"]?.ToString();
            return (verb, known) switch
            {
                ("POST", not null) => (409, FakeApi.Status(409)),
                ("POST", null) => (201, Store(path, given)),
                (_, null) => (404, FakeApi.Status(404)),
                ("GET", _) => (200, known.ToJsonString()),
                _ when !isExpected => (409, FakeApi.Status(409)),
                ("PUT", _) => (200, Store(path, given)),
                _ => (200, Store(path, Merged(known, given))),
            };
        }
    }

    private string Store(string path, JsonObject item)
    {
        var metadata = item["metadata"] as JsonObject;
        if (metadata is null)
        {
            item["metadata"] = metadata = [];
        }

        metadata["resourceVersion"] = $"{++version}";
        objects[path] = item;
        return item.ToJsonString();
    }

    private static JsonObject Merged(JsonObject known, JsonObject patch)
    {
        var result = known.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            result[name] = value is JsonObject inner && result[name] is JsonObject former ? Merged(former, inner) : value?.DeepClone();
        }

        return result;
    }

    // Of one object: what it is, and each change.
    private async Task WatchAsync(HttpContext context, string path)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ending.Token);
        var (former, isFirst) = (default(JsonNode), true);
        try
        {
            while (true)
            {
                var (next, current) = (Happened.Next, this[path]);
                if (!JsonNode.DeepEquals(former, current))
                {
                    var type = current is null ? "DELETED" : former is null ? "ADDED" : "MODIFIED";
                    await context.Response.WriteAsync($$"""{"type":"{{type}}","object":{{(current ?? former)!.ToJsonString()}}}""" + "\n", stop.Token);
                    former = current;
                }

                if (isFirst)
                {
                    isFirst = false;
                    await context.Response.WriteAsync(
                        """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"100","annotations":{"k8s.io/initial-events-end":"true"}}}}""" + "\n", stop.Token);
                }

                await context.Response.Body.FlushAsync(stop.Token);
                await next.WaitAsync(stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }
}
