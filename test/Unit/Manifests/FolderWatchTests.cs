using System.Diagnostics;
using Sluice.Controller.Manifests;
using Sluice.Core.Resources;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Manifests;

public sealed class FolderWatchTests : IAsyncLifetime
{
    /// <summary>Less than the 10 s after which the whole tree is looked at: the events themselves must do.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    private readonly string work = Directory.CreateTempSubdirectory("sluice-watch-").FullName;
    private readonly CancellationTokenSource stop = new();
    private readonly List<ClusterSnapshot> seen = [];
    private FolderWatch watch = new("none");
    private Task running = Task.CompletedTask;

    private string Folder => Path.Join(work, "dir");

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Folder);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAny(running);
        stop.Dispose();
        Directory.Delete(work, recursive: true);
    }

    [Fact]
    public async Task A_new_a_changed_and_a_deleted_file_are_seen()
    {
        Write("a.yaml", Manifest.Ingress("a"));
        await Start("a");

        Write("sub.json", """{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "b"}}""");
        await Names("a", "b");
        Write("a.yaml", Manifest.Ingress("a", "new.example.com"));
        await Until(s => Host(s, "a") == "new.example.com");
        File.Delete(In("a.yaml"));
        await Names("b");
    }

    [Fact]
    public async Task A_new_folder_with_files_is_seen_and_a_hidden_one_is_not()
    {
        await Start();
        Write(".hidden/a.yaml", Manifest.Ingress("hidden"));
        Write("one/two/a.yaml", Manifest.Ingress("a"));
        Write("one/.hidden.yaml", Manifest.Ingress("hidden"));
        var snapshot = await Names("a");
        Assert.Equal(Path.Join(Folder, "one/two/a.yaml"), snapshot.Locations[Manifest.Ref("Ingress", "a")].File);

        Write("one/two/b.yml", Manifest.Ingress("b"));
        await Names("a", "b");
        Directory.Move(In("one"), In("other"));
        snapshot = await Until(s => s.Locations.GetValueOrDefault(Manifest.Ref("Ingress", "a"))?.File == In("other/two/a.yaml"));
        Assert.DoesNotContain(snapshot.Ingresses.Keys, k => k.Name == "hidden");
        Directory.Delete(In("other"), recursive: true);
        await Names();
    }

    [Fact]
    public async Task A_file_that_an_editor_replaces_never_goes()
    {
        Write("a.yaml", Manifest.Ingress("a"));
        await Start("a");

        Write("a.yaml~tmp", Manifest.Ingress("a", "renamed.example.com"));
        File.Move(In("a.yaml~tmp"), In("a.yaml"), overwrite: true);
        await Until(s => Host(s, "a") == "renamed.example.com");

        File.Move(In("a.yaml"), In("a.yaml~"));
        Write("a.yaml", Manifest.Ingress("a", "backup.example.com"));
        File.Delete(In("a.yaml~"));
        await Until(s => Host(s, "a") == "backup.example.com");
        Assert.All(seen, s => Assert.Single(s.Ingresses));
    }

    [Fact]
    public async Task A_file_that_is_rewritten_in_place_is_never_empty()
    {
        Write("a.yaml", Manifest.Ingress("a") + "---\n" + Manifest.Ingress("b"));
        await Start("a", "b");

        await using (var file = new FileStream(In("a.yaml"), FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite))
        {
            await Task.Delay(60, TestContext.Current.CancellationToken);
            var text = Manifest.Ingress("a", "new.example.com") + "---\n" + Manifest.Ingress("b");
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
        }

        await Until(s => Host(s, "a") == "new.example.com");
        Assert.All(seen, s => Assert.Equal(2, s.Ingresses.Count));
        Assert.All(seen, s => Assert.Empty(s.Findings));
    }

    [Fact]
    public async Task A_file_that_stays_empty_loses_its_objects_in_the_end()
    {
        Write("a.yaml", Manifest.Ingress("a"));
        await Start("a");
        File.WriteAllText(In("a.yaml"), "");
        await Names();
    }

    [Fact]
    public async Task A_file_that_breaks_and_is_mended_keeps_its_objects_meanwhile()
    {
        Write("a.yaml", Manifest.Ingress("a"));
        await Start("a");
        Write("a.yaml", "a: [\n");
        var snapshot = await Until(s => s.Findings.Length == 1);
        Assert.Single(snapshot.Ingresses);
        Assert.Equal((FindingCode.UnreadableFile, In("a.yaml")), (snapshot.Findings[0].Code, snapshot.Findings[0].Location!.File));
        Write("a.yaml", Manifest.Ingress("b"));
        await Names("b");
    }

    [Fact]
    public async Task A_mount_of_kubernetes_is_swapped_as_one()
    {
        Write("..v1/a.yaml", Manifest.Ingress("a", "one.example.com"));
        Write("..v1/b.yaml", Manifest.Ingress("b", "one.example.com"));
        Link("..data", "..v1");
        Link("a.yaml", "..data/a.yaml");
        Link("b.yaml", "..data/b.yaml");
        var first = await Start("a", "b");
        Assert.Equal(In("a.yaml"), first.Locations[Manifest.Ref("Ingress", "a")].File);

        Write("..v2/a.yaml", Manifest.Ingress("a", "two.example.com"));
        Write("..v2/b.yaml", Manifest.Ingress("b", "two.example.com"));
        Link("..data_tmp", "..v2");
        await Run("mv", "-T", In("..data_tmp"), In("..data"));
        Directory.Delete(In("..v1"), recursive: true);
        await Until(s => Host(s, "a") == "two.example.com");
        Assert.All(seen, s => Assert.Equal(Host(s, "a"), Host(s, "b")));

        Write("..v2/a.yaml", Manifest.Ingress("a", "three.example.com"));
        await Until(s => Host(s, "a") == "three.example.com");
    }

    [Fact]
    public async Task The_folder_itself_may_be_a_link_that_is_swapped()
    {
        Directory.Delete(Folder);
        WriteAt("v1/a.yaml", Manifest.Ingress("a", "one.example.com"));
        WriteAt("v2/a.yaml", Manifest.Ingress("a", "two.example.com"));
        File.CreateSymbolicLink(Folder, "v1");
        await Start("a");

        File.CreateSymbolicLink(Folder + "_tmp", "v2");
        await Run("mv", "-T", Folder + "_tmp", Folder);
        await Until(s => Host(s, "a") == "two.example.com");
        WriteAt("v2/a.yaml", Manifest.Ingress("a", "three.example.com"));
        await Until(s => Host(s, "a") == "three.example.com");

        await Run("ln", "-sfn", "v1", Folder);
        await Until(s => Host(s, "a") == "one.example.com");
        File.Delete(Folder);
        File.CreateSymbolicLink(Folder, "v2");
        await Until(s => Host(s, "a") == "three.example.com");
        Assert.All(seen, s => Assert.Single(s.Ingresses));
    }

    [Fact]
    public async Task Folders_and_files_behind_links_are_watched_too()
    {
        WriteAt("outside/deep/a.yaml", Manifest.Ingress("a"));
        WriteAt("elsewhere/b", Manifest.Ingress("b"));
        File.CreateSymbolicLink(In("link"), Path.Join(work, "outside"));
        File.CreateSymbolicLink(In("b.yaml"), "../elsewhere/b");
        File.CreateSymbolicLink(In("loop"), ".");
        File.CreateSymbolicLink(In("dangling.yaml"), "nowhere");
        var first = await Start("a", "b");
        Assert.Equal(In("link/deep/a.yaml"), first.Locations[Manifest.Ref("Ingress", "a")].File);

        WriteAt("outside/deep/a.yaml", Manifest.Ingress("a", "new.example.com"));
        await Until(s => Host(s, "a") == "new.example.com");
        WriteAt("elsewhere/b", Manifest.Ingress("b", "new.example.com"));
        await Until(s => Host(s, "b") == "new.example.com");
        WriteAt("dir/nowhere", Manifest.Ingress("c"));
        await Names("a", "b", "c");
        File.Delete(In("link"));
        await Names("b", "c");
    }

    [Fact]
    public async Task A_folder_that_is_removed_keeps_its_objects_until_it_returns()
    {
        foreach (var number in Enumerable.Range(0, 20))
        {
            Write($"{number}.yaml", Manifest.Ingress($"i{number}"));
        }

        await Start(20);

        // In one step: deleting file by file is seen as it goes if the machine is slow.
        Directory.Move(Folder, Path.Join(work, "removed"));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Folder);
        Write("0.yaml", Manifest.Ingress("i0", "new.example.com"));
        await Until(s => Host(s, "i0") == "new.example.com");
        Assert.All(seen, s => Assert.Equal(20, s.Ingresses.Count));
        await Names("i0");
        Write("1.yaml", Manifest.Ingress("i1"));
        await Names("i0", "i1");
    }

    [Fact]
    public async Task Another_folder_may_take_the_place_of_the_first()
    {
        Write("a.yaml", Manifest.Ingress("a", "one.example.com"));
        WriteAt("next/a.yaml", Manifest.Ingress("a", "two.example.com"));
        await Start("a");
        Directory.Move(Folder, Path.Join(work, "old"));
        Directory.Move(Path.Join(work, "next"), Folder);
        await Until(s => Host(s, "a") == "two.example.com");
        Write("a.yaml", Manifest.Ingress("a", "three.example.com"));
        await Until(s => Host(s, "a") == "three.example.com");
    }

    [Fact]
    public async Task A_burst_of_files_ends_in_the_full_state()
    {
        await Start();
        foreach (var number in Enumerable.Range(0, 500))
        {
            Write($"d{number % 10}/{number}.yaml", Manifest.Ingress($"i{number}"));
        }

        await Until(s => s.Ingresses.Count == 500);
        Assert.InRange(seen.Count, 1, 100);
    }

    [Fact]
    public async Task A_folder_that_is_missing_at_start_is_told()
    {
        watch = new FolderWatch(In("missing"));
        var failure = await Assert.ThrowsAsync<DirectoryNotFoundException>(() => watch.RunAsync(stop.Token));
        Assert.Equal($"The folder of manifests '{In("missing")}' does not exist, or is not a folder.", failure.Message);
        Assert.Throws<DirectoryNotFoundException>(() => watch.ReadAll());
    }

    [Fact]
    public void All_files_can_be_read_without_watching()
    {
        Write("a.yaml", Manifest.Ingress("a") + "---\nkind: Pod\n");
        Write("b/c.yml", Manifest.Ingress("b"));
        Write("b/c.txt", "x: [");
        watch = new FolderWatch(Folder);
        Assert.Equal(["a", "b"], watch.ReadAll().Ingresses.Keys.Select(k => k.Name).Order());
        Assert.Equal(1, watch.UnknownKinds);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "root may read anything");
        Write("a.yaml", Manifest.Ingress("a"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(In("a.yaml"), UnixFileMode.None);
        }

        Assert.Equal(FindingCode.UnreadableFile, Assert.Single(new FolderWatch(Folder).ReadAll().Findings).Code);
    }

    private string In(string file) => Path.Join(Folder, file);

    private void Write(string file, string text) => WriteAt("dir/" + file, text);

    private void WriteAt(string file, string text)
    {
        var path = Path.Join(work, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(In(name), target);

    /// <summary>Links are swapped by tools: File.Move does not move a link to a folder.</summary>
    private static async Task Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    private static string Host(ClusterSnapshot snapshot, string name) =>
        snapshot.Ingresses.TryGetValue(Manifest.Id(name), out var ingress) ? ingress.Rules[0].Host : "";

    private Task<ClusterSnapshot> Start(params string[] names)
    {
        watch = new FolderWatch(Folder);
        running = watch.RunAsync(stop.Token);
        return Names(names);
    }

    private Task<ClusterSnapshot> Start(int count)
    {
        watch = new FolderWatch(Folder);
        running = watch.RunAsync(stop.Token);
        return Until(s => s.Ingresses.Count == count);
    }

    private Task<ClusterSnapshot> Names(params string[] names) => Until(s => s.Ingresses.Keys.Select(k => k.Name).Order().SequenceEqual(names));

    private async Task<ClusterSnapshot> Until(Predicate<ClusterSnapshot> isThere)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            while (true)
            {
                var snapshot = await watch.Snapshots.ReadAsync(limit.Token);
                seen.Add(snapshot);
                if (isThere(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException late)
        {
            var last = seen.Count == 0 ? "none" : string.Join(", ", seen[^1].Ingresses.Values.Select(i => $"{i.Id.Name}={Host(seen[^1], i.Id.Name)}"));
            throw new TimeoutException($"The snapshot did not come. The last of {seen.Count} was: {last}", late);
        }
    }
}
