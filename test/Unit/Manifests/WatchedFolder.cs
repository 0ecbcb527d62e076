using System.Diagnostics;
using Sluice.Controller.Manifests;
using Sluice.Core.Resources;
using Xunit;

namespace Sluice.Unit.Manifests;

/// <summary>A folder that is watched, and the snapshots that came of it.</summary>
public abstract class WatchedFolder : IAsyncLifetime
{
    /// <summary>Less than the 10 s after which the whole tree is looked at: the events themselves must do.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    private protected string Work { get; } = Directory.CreateTempSubdirectory("sluice-watch-").FullName;
    private protected CancellationTokenSource Stop { get; } = new();
    private protected List<ClusterSnapshot> Seen { get; } = [];
    private protected FolderWatch Watch { get; set; } = new("none");
    private Task running = Task.CompletedTask;

    private protected string Folder => Path.Join(Work, "dir");

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Folder);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop.CancelAsync();
        await Task.WhenAny(running);
        Stop.Dispose();
        Directory.Delete(Work, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected string In(string file) => Path.Join(Folder, file);

    private protected void Write(string file, string text) => WriteAt("dir/" + file, text);

    private protected void WriteAt(string file, string text)
    {
        var path = Path.Join(Work, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private protected void Link(string name, string target) => File.CreateSymbolicLink(In(name), target);

    /// <summary>Links are swapped by tools: File.Move does not move a link to a folder.</summary>
    private protected static async Task Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    private protected static string Host(ClusterSnapshot snapshot, string name) =>
        snapshot.Ingresses.TryGetValue(Manifest.Id(name), out var ingress) ? ingress.Rules[0].Host : "";

    private protected Task<ClusterSnapshot> Start(params string[] names)
    {
        Watch = new FolderWatch(Folder);
        running = Watch.RunAsync(Stop.Token);
        return Names(names);
    }

    private protected Task<ClusterSnapshot> Start(int count)
    {
        Watch = new FolderWatch(Folder);
        running = Watch.RunAsync(Stop.Token);
        return Until(s => s.Ingresses.Count == count);
    }

    private protected Task<ClusterSnapshot> Names(params string[] names) => Until(s => s.Ingresses.Keys.Select(k => k.Name).Order().SequenceEqual(names));

    private protected async Task<ClusterSnapshot> Until(Predicate<ClusterSnapshot> isThere)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            while (true)
            {
                var snapshot = await Watch.Snapshots.ReadAsync(limit.Token);
                Seen.Add(snapshot);
                if (isThere(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException late)
        {
            var last = Seen.Count == 0 ? "none" : string.Join(", ", Seen[^1].Ingresses.Values.Select(i => $"{i.Id.Name}={Host(Seen[^1], i.Id.Name)}"));
            throw new TimeoutException($"The snapshot did not come. The last of {Seen.Count} was: {last}", late);
        }
    }
}
