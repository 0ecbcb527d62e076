using Sluice.Bench.Propagation;

namespace Sluice.Bench.Resilience;

/// <summary>Applications in a folder of manifests that change at random. Each of the first ones answers all the time, whatever changes.</summary>
internal sealed class Applications : IDisposable
{
    private const int Burst = 60;
    private const int MostNew = 20;

    private readonly string folder;
    private readonly EchoPod first = EchoPod.Start("first", "127.0.0.2");
    private readonly EchoPod second = EchoPod.Start("second", "127.0.0.3");
    private readonly EchoPod other = EchoPod.Start("other", "127.0.0.4");
    private readonly App[] apps;
    private readonly int tls;
    private readonly Queue<string> added = new();
    private int number;

    /// <param name="folder">Where the manifests go.</param>
    /// <param name="size">How many applications, one file each.</param>
    /// <param name="tls">How many of them have a certificate.</param>
    public Applications(string folder, int size, int tls)
    {
        (this.folder, this.tls) = (folder, tls);
        apps = [.. Enumerable.Range(0, size).Select(index => New($"app-{index}", RouteSet.Host(index)) with { IsTls = index < tls })];
        ForceReload(number);
        Write("other.yaml", App.Pods(App.Service, other.Address, other.Port));
        for (var index = 0; index < size; index++)
        {
            WriteApp(index);
            if (index < tls)
            {
                WriteCertificate(index);
            }
        }
    }

    /// <summary>The hosts that answer all the time.</summary>
    public IReadOnlyList<string> Hosts => [.. apps.Select(app => app.Host)];

    /// <summary>The applications as they are.</summary>
    public IReadOnlyList<App> All => apps;

    /// <summary>An application that is not written yet.</summary>
    public App New(string name, string host) => new(name, host, first.Address, first.Port);

    /// <summary>
    /// Writes global settings that only a reload brings to HAProxy, unless the number is the former one. Hosts with a
    /// certificate answer plain requests, too.
    /// </summary>
    public void ForceReload(int times) => Write("settings.yaml", $"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: sluice
          namespace: sluice-system
        data:
          ssl-redirect: "false"
          server-header: "{(times % 2 == 0 ? "true" : "false")}"

        """);

    /// <summary>Puts another pod in the place of an application's one, which goes on: what it has begun it can end.</summary>
    public void Move(int index)
    {
        var pod = apps[index].Address == first.Address ? second : first;
        apps[index] = apps[index] with { Address = pod.Address, Port = pod.Port };
        WriteApp(index);
    }

    /// <summary>Makes one change, or many at once: another pod, another path, another certificate, an application more or less.</summary>
    public void ChangeAny(Random random)
    {
        switch (random.Next(10))
        {
            case < 4:
                Move(random.Next(apps.Length));
                break;
            case < 6:
                var index = random.Next(apps.Length);
                apps[index] = apps[index] with { ExtraPath = $"/path-{++number}" };
                WriteApp(index);
                break;
            case 6 when tls > 0:
                WriteCertificate(random.Next(tls));
                break;
            case 7 when added.Count > MostNew:
                File.Delete(At(added.Dequeue()));
                break;
            case 9:
                var start = random.Next(apps.Length);
                Enumerable.Range(start, Burst).ToList().ForEach(each => Move(each % apps.Length));
                break;
            default:
                var app = New($"new-{++number}", $"new-{number}.example.com");
                added.Enqueue(app.File);
                Write(app.File, app.Text);
                break;
        }
    }

    /// <summary>Puts a file in the place of the former one in one step.</summary>
    public void Write(string file, string text)
    {
        File.WriteAllText(At($".{file}.new"), text);
        File.Move(At($".{file}.new"), At(file), overwrite: true);
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
        other.Dispose();
    }

    private void WriteApp(int index) => Write(apps[index].File, apps[index].Text);

    private void WriteCertificate(int index) =>
        Write($"{apps[index].Name}-tls.yaml", App.Secret(apps[index].Name, BenchCertificate.Create(apps[index].Host)));

    private string At(string file) => Path.Combine(folder, file);
}
