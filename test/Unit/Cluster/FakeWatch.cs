using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sluice.Unit.Cluster;

/// <summary>One watch of the server: what was, what happens, and faults on the way.</summary>
internal sealed class FakeWatch(HttpContext context, FakeRequest request, FakeTruth truth, FakeFault? fault)
{
    private readonly List<string> sent = [];
    private readonly List<FakeObject> shown = [];
    private int bookmarks = truth.Bookmarks;

    private bool Is(Misbehaviour what) => fault?.What == what;

    public async Task RunAsync(CancellationToken stop)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync(stop);
        if (Is(Misbehaviour.Silence))
        {
            await Task.Delay(Timeout.Infinite, stop);
        }

        var version = request.SendsInitialEvents || request.Version is "" or "0" ? await BeginAsync(stop) : long.Parse(request.Version, CultureInfo.InvariantCulture);
        if (version < truth.Oldest)
        {
            await SendAsync(Error(410), stop);
            return;
        }

        for (var happening = truth.Changed.Next; await StepAsync(version, stop) is { } next; happening = truth.Changed.Next)
        {
            if (next == version && truth.Version == version && bookmarks == truth.Bookmarks)
            {
                await happening.WaitAsync(stop);
            }

            version = next;
        }
    }

    private static string Bookmark(FakeRequest request, long version, string annotations = "") =>
        $$$$"""{"type":"BOOKMARK","object":{"kind":"{{{{request.Kind.Kind}}}}","apiVersion":"{{{{request.Kind.ApiVersion}}}}","metadata":{"resourceVersion":"{{{{version}}}}","creationTimestamp":null{{{{annotations}}}}}}}""";

    private static string Event(string type, FakeObject item) => $$"""{"type":"{{type}}","object":{{item.Json}}}""";

    private static string Error(int code) => $$"""{"type":"ERROR","object":{{FakeApi.Status(code)}}}""";

    // A watch from nothing begins with all that is there; a server that streams lists says when that was all.
    private async Task<long> BeginAsync(CancellationToken stop)
    {
        var version = truth.Version;
        foreach (var item in truth.At(version).Where(request.Takes))
        {
            shown.Add(item);
            await SendAsync(Event("ADDED", item), stop);
        }

        if (request.SendsInitialEvents)
        {
            await SendAsync(Bookmark(request, version, ""","annotations":{"k8s.io/initial-events-end":"true"}"""), stop);
        }

        return version;
    }

    // Sends what happened since a version. Null when the watch is over.
    private async Task<long?> StepAsync(long version, CancellationToken stop)
    {
        foreach (var change in truth.Since(version))
        {
            if (Line(change) is { } line)
            {
                await SendAsync(line, stop);
            }

            version = change.Version;
        }

        if (bookmarks != truth.Bookmarks)
        {
            bookmarks = truth.Bookmarks;
            await SendAsync(Bookmark(request, version), stop);
        }

        if (Is(Misbehaviour.ErrorEvent))
        {
            await SendAsync(Error(fault!.Code), stop);
            return null;
        }

        return Is(Misbehaviour.EndAtOnce) ? null : version;
    }

    // What a watch with a selector sees is whether the object is taken, not whether it is there.
    private string? Line(FakeChange change)
    {
        var (was, isNow) = (change.Former is { } former && request.Takes(former), change.Present is { } present && request.Takes(present));
        return (was, isNow) switch
        {
            (true, true) => Event("MODIFIED", change.Present!),
            (false, true) => Event("ADDED", change.Present!),
            (true, false) => Event("DELETED", change.Former!.At(change.Version)),
            _ => null,
        };
    }

    private async Task SendAsync(string line, CancellationToken stop)
    {
        if (Is(Misbehaviour.ErrorEvent) && sent.Count == fault!.After && !line.StartsWith("""{"type":"ERROR""", StringComparison.Ordinal))
        {
            line = Error(fault.Code);
        }

        if (Is(Misbehaviour.CutInEvent) && sent.Count == fault!.After)
        {
            await WriteAsync(line[..(line.Length / 2)], stop);
            context.Abort();
            throw new OperationCanceledException();
        }

        line = Is(Misbehaviour.MoreFields) ? line[..^1] + ""","more":{"a":[1]}}""" : line;
        var version = sent.Count;
        sent.Add(line);
        await WriteAsync(line + "\n", stop);
        if (Is(Misbehaviour.Twice))
        {
            await WriteAsync(line + "\n", stop);
            await WriteAsync(sent[version / 2] + "\n", stop);
        }

        if (Is(Misbehaviour.Bookmarks))
        {
            // What is known for certain is only what came before the list began.
            await WriteAsync(Bookmark(request, truth.Oldest) + "\n\n", stop);
        }
    }

    private async Task WriteAsync(string text, CancellationToken stop)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var part = Is(Misbehaviour.Crumbs) ? 7 : bytes.Length;
        for (var at = 0; at < bytes.Length; at += part)
        {
            await context.Response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(part, bytes.Length - at)), stop);
            await context.Response.Body.FlushAsync(stop);
        }
    }
}
