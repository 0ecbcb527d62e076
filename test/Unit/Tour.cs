using System.Text;
using System.Text.RegularExpressions;
using Sluice.Controller.Manifests;
using Sluice.Core.Haproxy;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Xunit;

namespace Sluice.Unit;

/// <summary>Follows docs/tour.md: one Ingress, stage by stage. Read the page first; this keeps it true.</summary>
public sealed partial class Tour
{
    private static readonly string Root = FindRoot();
    private static readonly string Page = File.ReadAllText(Path.Join(Root, "docs/tour.md"));
    private static readonly Layout Layout = new("/run/sluice", "127.0.0.1", 8080, 8443, 8080, 8443);
    private static readonly TranslationOptions Options = new() { ImpliedClass = "sluice", SelfSigned = TestCertificate.SelfSigned };

    [Fact]
    public void One_ingress_goes_through_all_stages_as_the_page_says()
    {
        // 1, 2: the file becomes a snapshot.
        var nothing = ClusterSnapshot.Empty;
        var cluster = Read(Block("yaml manifest"));
        Assert.Empty(cluster.Findings);
        Assert.Equal(["shop/web"], cluster.Ingresses.Keys.Select(name => name.ToString()));

        // 3: the snapshot becomes the model.
        var before = Translator.Translate(nothing, Options);
        var translation = Translator.Translate(cluster, Options, before);
        Assert.Empty(translation.Findings);
        Assert.Equal(Block("text model"), Describe(translation));

        // 4: the model becomes HAProxy's state.
        var running = Renderer.Render(before.Model, Layout);
        var wanted = Renderer.Render(translation.Model, Layout, (before.Model, running));
        Assert.Equal(Block("text routes.map"), StateText.Map(wanted, MapName.Routes));
        Assert.Equal(Block("text backends.cfg"), StateText.Backends(wanted));

        // 5: the difference becomes a plan.
        var plan = Planner.Plan(new RunningState(running, []), wanted);
        Assert.Equal(Block("text commands"), Commands(plan));

        // 7: and back.
        var removed = Planner.Plan(new RunningState(wanted, []), running);
        Assert.Equal(Block("text commands when removed"), Commands(removed));
        Assert.IsType<Plan.Nothing>(Planner.Plan(new RunningState(wanted, []), wanted));
    }

    [Fact]
    public void Every_file_that_the_page_names_is_there()
    {
        var named = SourcePath().Matches(Page).Select(match => match.Value).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(Path.Exists(Path.Join(Root, path)), $"docs/tour.md names {path}, which does not exist"));
    }

    private static ClusterSnapshot Read(string manifest)
    {
        var folder = new ManifestFolder("tour");
        folder.Put("web.yaml", folder.Parse("web.yaml", Encoding.UTF8.GetBytes(manifest)));
        return folder.Snapshot(DateTimeOffset.UnixEpoch);
    }

    private static string Describe(TranslationResult translation)
    {
        var text = new StringBuilder();
        foreach (var host in translation.Model.Hosts.Values)
        {
            foreach (var route in host.Routes)
            {
                text.Append($"host {host.Host}: {route.Match} -> {route.Backend}\n");
            }
        }

        foreach (var backend in translation.Model.Backends.Values)
        {
            text.Append($"backend {backend.Id}: {string.Join(", ", backend.Endpoints.Select(endpoint => $"{endpoint.Address}:{endpoint.Port}"))}\n");
        }

        return text.ToString();
    }

    private static string Commands(Plan plan) =>
        string.Concat(Assert.IsType<Plan.Update>(plan).Commands.SelectMany(command => command.Lines(Layout)).Select(line => line.Text + "\n"));

    private static string Block(string name)
    {
        var block = Regex.Match(Page, $"^```{Regex.Escape(name)}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, TimeSpan.FromSeconds(1));
        Assert.True(block.Success, $"docs/tour.md has no block '{name}'");
        return block.Groups[1].Value;
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(folder, "Sluice.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run outside of the repository");
        }

        return folder;
    }

    [GeneratedRegex(@"(?:src|test)/[A-Za-z/.]+[A-Za-z]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SourcePath();
}
