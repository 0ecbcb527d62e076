using Sluice.Controller.Manifests;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Manifests;

/// <summary>What happens to the files of a folder is seen.</summary>
public sealed class FolderWatchTests : WatchedFolder
{
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
        Assert.All(Seen, s => Assert.Single(s.Ingresses));
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
        Assert.All(Seen, s => Assert.Equal(2, s.Ingresses.Count));
        Assert.All(Seen, s => Assert.Empty(s.Findings));
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
    public async Task A_burst_of_files_ends_in_the_full_state()
    {
        await Start();
        foreach (var number in Enumerable.Range(0, 500))
        {
            Write($"d{number % 10}/{number}.yaml", Manifest.Ingress($"i{number}"));
        }

        await Until(s => s.Ingresses.Count == 500);
        Assert.InRange(Seen.Count, 1, 100);
    }

    [Fact]
    public async Task A_folder_that_is_missing_at_start_is_told()
    {
        Watch = new FolderWatch(In("missing"));
        var failure = await Assert.ThrowsAsync<DirectoryNotFoundException>(() => Watch.RunAsync(Stop.Token));
        Assert.Equal($"The folder of manifests '{In("missing")}' does not exist, or is not a folder.", failure.Message);
        Assert.Throws<DirectoryNotFoundException>(() => Watch.ReadAll());
    }

    [Fact]
    public void All_files_can_be_read_without_watching()
    {
        Write("a.yaml", Manifest.Ingress("a") + "---\nkind: Pod\n");
        Write("b/c.yml", Manifest.Ingress("b"));
        Write("b/c.txt", "x: [");
        Watch = new FolderWatch(Folder);
        Assert.Equal(["a", "b"], Watch.ReadAll().Ingresses.Keys.Select(k => k.Name).Order());
        Assert.Equal(1, Watch.UnknownKinds);
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
}
