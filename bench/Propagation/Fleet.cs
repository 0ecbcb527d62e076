using System.Diagnostics;

namespace Sluice.Bench.Propagation;

/// <summary>The applications in a folder of manifests, and the changes that are made to them.</summary>
internal sealed class Fleet : IDisposable
{
    private const int MostTls = 50;

    private readonly string folder;
    private readonly EchoPod first = EchoPod.Start("first", "127.0.0.2");
    private readonly EchoPod second = EchoPod.Start("second", "127.0.0.3");
    private readonly EchoPod other = EchoPod.Start("other", "127.0.0.4");
    private readonly List<App> plain = [];
    private readonly List<(App App, BenchCertificate Certificate)> tls = [];
    private App? newest;

    public Fleet(string folder, int size)
    {
        this.folder = folder;
        for (var index = 0; index < size; index++)
        {
            var app = new App($"app-{index}", RouteSet.Host(index), first.Address, first.Port, IsTls: index < Math.Min(MostTls, size / 2));
            File.WriteAllText(At(app.File), app.Text);
            if (!app.IsTls)
            {
                plain.Add(app);
                continue;
            }

            tls.Add((app, BenchCertificate.Create(app.Host)));
            File.WriteAllText(At(SecretFile(app)), App.Secret(app.Name, tls[^1].Certificate));
        }

        File.WriteAllText(At("other.yaml"), App.Pods(App.Service, other.Address, other.Port));
    }

    /// <summary>An application that is never changed: its right answer is always the same.</summary>
    public (string Host, string Answer) Bystander => (plain[0].Host, "200 first");

    /// <summary>The host of the application that was added last, if it must go now: there are never more than one of them.</summary>
    public string? RemoveNewest()
    {
        var host = newest?.Host;
        if (newest is { } app)
        {
            File.Delete(At(app.File));
            newest = null;
        }

        return host;
    }

    /// <summary>The next change of a kind. Every second one of an Ingress is a new application, the others are a new path of an old one.</summary>
    public Change Next(ChangeKind kind, int number, HttpProbe http, TlsProbe handshake) => kind switch
    {
        ChangeKind.Certificate => NextCertificate(number, handshake),
        ChangeKind.Endpoint => NextEndpoint(number, http),
        _ => number % 2 == 0 ? NextApp(number, http) : NextPath(number, http),
    };

    /// <summary>
    /// Writes the file of a change; in a rename, what is written beforehand lies beside it under a hidden name. Returns
    /// the time just before the rename or write: had we to wait for a core after it, no time would be lost.
    /// </summary>
    public long Write(Change change, WriteWay way)
    {
        var started = Stopwatch.GetTimestamp();
        if (way == WriteWay.InPlace)
        {
            File.WriteAllText(At(change.File), change.Text);
            return started;
        }

        var temporary = At($".{change.File}.new");
        File.WriteAllText(temporary, change.Text);
        started = Stopwatch.GetTimestamp();
        File.Move(temporary, At(change.File), overwrite: true);
        return started;
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
        other.Dispose();
    }

    private static string SecretFile(App app) => $"{app.Name}-tls.yaml";

    private Change NextApp(int number, HttpProbe http)
    {
        var app = new App($"new-{number}", $"new-{number}.example.com", first.Address, first.Port);
        newest = app;
        return new Change(app.File, app.Text, () => http.Ask(app.Host, "/"), "404", "200 first");
    }

    private Change NextPath(int number, HttpProbe http)
    {
        var index = Changed(number);
        var app = plain[index] with { ExtraPath = $"/path-{number}" };
        plain[index] = app;
        return new Change(app.File, app.Text, () => http.Ask(app.Host, app.ExtraPath + "/item"), Answer(app), "200 other");
    }

    private Change NextEndpoint(int number, HttpProbe http)
    {
        var index = Changed(number);
        var former = plain[index];
        var pod = former.Address == first.Address ? second : first;
        var app = former with { Address = pod.Address, Port = pod.Port };
        plain[index] = app;
        return new Change(app.File, app.Text, () => http.Ask(app.Host, "/"), Answer(former), Answer(app));
    }

    private Change NextCertificate(int number, TlsProbe handshake)
    {
        var index = number % tls.Count;
        var (app, former) = tls[index];
        var certificate = BenchCertificate.Create(app.Host);
        tls[index] = (app, certificate);
        return new Change(
            SecretFile(app), App.Secret(app.Name, certificate), () => handshake.Ask(app.Host), former.SerialNumber, certificate.SerialNumber);
    }

    private string Answer(App app) => app.Address == first.Address ? "200 first" : "200 second";

    private int Changed(int number) => 1 + (number * 7 % (plain.Count - 1));

    private string At(string file) => Path.Combine(folder, file);
}
