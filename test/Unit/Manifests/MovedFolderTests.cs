using Xunit;

namespace Sluice.Unit.Manifests;

/// <summary>Folders that are moved, or lie behind links.</summary>
public sealed class MovedFolderTests : WatchedFolder
{
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
        Assert.All(Seen, s => Assert.Equal(Host(s, "a"), Host(s, "b")));

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
        Assert.All(Seen, s => Assert.Single(s.Ingresses));
    }

    [Fact]
    public async Task Folders_and_files_behind_links_are_watched_too()
    {
        WriteAt("outside/deep/a.yaml", Manifest.Ingress("a"));
        WriteAt("elsewhere/b", Manifest.Ingress("b"));
        File.CreateSymbolicLink(In("link"), Path.Join(Work, "outside"));
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

        // In one step: deleting file by file is Seen as it goes if the machine is slow.
        Directory.Move(Folder, Path.Join(Work, "removed"));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Folder);
        Write("0.yaml", Manifest.Ingress("i0", "new.example.com"));
        await Until(s => Host(s, "i0") == "new.example.com");
        Assert.All(Seen, s => Assert.Equal(20, s.Ingresses.Count));
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
        Directory.Move(Folder, Path.Join(Work, "old"));
        Directory.Move(Path.Join(Work, "next"), Folder);
        await Until(s => Host(s, "a") == "two.example.com");
        Write("a.yaml", Manifest.Ingress("a", "three.example.com"));
        await Until(s => Host(s, "a") == "three.example.com");
    }
}
