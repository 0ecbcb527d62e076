using System.Diagnostics;

namespace Sluice.Bench.Propagation;

/// <summary>Makes changes and watches them become live.</summary>
internal sealed class Measurement(Fleet fleet, SluiceUnderTest sluice) : IDisposable
{
    private const int RightInARow = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Random random = new(42);
    private readonly HttpProbe http = new(sluice.HttpPort);
    private readonly TlsProbe tls = new(sluice.HttpsPort);
    private readonly int[] numbers = new int[3];

    /// <summary>Makes one change of a kind and adds what was seen to the figures.</summary>
    public async Task RunAsync(ChangeKind kind, WriteWay way, Figures figures, CancellationToken stop)
    {
        if (kind == ChangeKind.Ingress)
        {
            RemoveNewest(figures);
            await Task.Delay(Pause(), stop);
        }

        var reloads = await sluice.ReloadsAsync(stop);
        var change = fleet.Next(kind, numbers[(int)kind]++, http, tls);
        Expect(change.Ask, change.Old, figures);
        var started = fleet.Write(change, way);
        figures.Milliseconds.Add(Follow(change, started, figures).TotalMilliseconds);

        // The controller writes its files now. What was right must be so for good, and nothing else may have changed.
        await Task.Delay(Pause(), stop);
        Expect(change.Ask, change.New, figures);
        Expect(() => http.Ask(fleet.Bystander.Host, "/"), fleet.Bystander.Answer, figures);
        figures.Reloads += await sluice.ReloadsAsync(stop) - reloads;
    }

    public void Dispose() => http.Dispose();

    private TimeSpan Pause() => TimeSpan.FromMilliseconds(random.Next(20, 50));

    // The time until the first right answer that only right ones follow.
    private static TimeSpan Follow(Change change, long started, Figures figures)
    {
        var (since, right) = (TimeSpan.Zero, 0);
        while (right < RightInARow)
        {
            var answer = change.Ask();
            var now = Stopwatch.GetElapsedTime(started);
            since = right == 0 ? now : since;
            right = answer == change.New ? right + 1 : 0;
            if (right == 0 && (answer != change.Old || now > Limit))
            {
                figures.AddWrong($"{change.File}: '{answer}' after {now.TotalMilliseconds:0} ms, expected '{change.Old}', then '{change.New}'");
                if (now > Limit)
                {
                    return now;
                }
            }
        }

        return since;
    }

    private static void Expect(Func<string> ask, string expected, Figures figures)
    {
        if (ask() is var answer && answer != expected)
        {
            figures.AddWrong($"'{answer}' at rest, expected '{expected}'");
        }
    }

    // Not measured: so that the number of Ingresses stays what it is.
    private void RemoveNewest(Figures figures)
    {
        if (fleet.RemoveNewest() is not { } host)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        while (http.Ask(host, "/") != "404")
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                figures.AddWrong($"{host} is still served");
                return;
            }
        }
    }
}

/// <summary>What was seen of the changes of one kind.</summary>
internal sealed class Figures
{
    public Samples Milliseconds { get; } = new();

    public int Reloads { get; set; }

    public int Wrong { get; private set; }

    public void AddWrong(string what)
    {
        Wrong++;
        Console.Error.WriteLine(what);
    }
}
