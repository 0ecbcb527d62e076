using Sluice.Controller.Manifests;
using Sluice.Core.Resources;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Manifests;

public sealed class ManifestFolderTests
{
    private readonly ManifestFolder folder = new("dir");

    [Fact]
    public void Objects_of_several_documents_are_put_with_their_places()
    {
        folder.Put("sub/a.yaml", "# head\n---\n" + Manifest.Ingress("one") + "---\n" + Manifest.Ingress("two"));

        var snapshot = folder.Snapshot();
        Assert.Equal(["one", "two"], snapshot.Ingresses.Keys.Select(k => k.Name).Order());
        Assert.Equal(new SourceLocation("dir/sub/a.yaml", 3), snapshot.Locations[Manifest.Ref("Ingress", "one")]);
        Assert.Equal(new SourceLocation("dir/sub/a.yaml", 20), snapshot.Locations[Manifest.Ref("Ingress", "two")]);
        Assert.Equal(DateTimeOffset.UnixEpoch, snapshot.Now);
    }

    [Theory]
    [InlineData("{0}---\n")]
    [InlineData("---\n---\n{0}---\n# nothing\n---\n")]
    [InlineData("# head\n{0}---\n# only a comment\n")]
    public void Empty_documents_are_nothing_to_complain_about(string text)
    {
        folder.Put("a.yaml", string.Format(System.Globalization.CultureInfo.InvariantCulture, text, Manifest.Ingress("one")));

        Assert.Equal(["one"], folder.Snapshot().Ingresses.Keys.Select(k => k.Name));
        Assert.Empty(folder.Snapshot().Findings);
    }

    [Theory]
    [InlineData("kind: Unheard")]
    [InlineData("apiVersion: v2")]
    public void What_says_twice_what_it_is_is_told(string again)
    {
        folder.Put("a.yaml", Manifest.Ingress("one") + again + "\n");

        var finding = Assert.Single(folder.Snapshot().Findings);
        Assert.Equal(("dir/a.yaml", 1), (finding.Location!.File, finding.Location.Line));
        Assert.Contains("twice", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_does_not_parse_keeps_its_last_good_objects()
    {
        folder.Put("a.yaml", Manifest.Ingress("one"));
        var good = folder.Snapshot();

        folder.Put("a.yaml", Manifest.Ingress("two") + "---\na: [\n");

        var snapshot = folder.Snapshot();
        Assert.Same(good.Ingresses, snapshot.Ingresses);
        var finding = Assert.Single(snapshot.Findings);
        Assert.Equal((FindingCode.UnreadableFile, "File a.yaml"), (finding.Code, finding.Object.ToString()));
        Assert.Equal("dir/a.yaml", finding.Location!.File);
        Assert.InRange(finding.Location.Line, 18, 19);

        folder.Put("a.yaml", Manifest.Ingress("two"));
        Assert.Equal(["two"], folder.Snapshot().Ingresses.Keys.Select(k => k.Name));
        Assert.Empty(folder.Snapshot().Findings);
    }

    [Fact]
    public void A_file_that_never_parsed_gives_what_parses_of_it()
    {
        folder.Put("a.yaml", Manifest.Ingress("one") + "---\na: [\n");
        Assert.Single(folder.Snapshot().Ingresses);

        folder.Put("a.yaml", Manifest.Ingress("one") + "---\n" + Manifest.Ingress("two") + "---\na: [\n");
        Assert.Equal(2, folder.Snapshot().Ingresses.Count);
    }

    [Theory]
    [InlineData("a.json", "{\n\"a\": 1,\n}", 3)]
    [InlineData("a.json", "{}\n{}", 2)]
    [InlineData("a.json", "", 1)]
    [InlineData("a.json", "{\n\"kind\":\n\"\\ud800\"}", 3)]
    [InlineData("a.json", "{\"kind\": \"Pod\",\n\"\\ud800\": 1}", 2)]
    [InlineData("a.yaml", "a: 1\nb: \"\n", 2)]
    public void A_file_that_does_not_parse_is_told_with_its_line(string name, string text, int line)
    {
        folder.Put(name, text);
        var finding = Assert.Single(folder.Snapshot().Findings);
        Assert.Equal((FindingCode.UnreadableFile, line), (finding.Code, finding.Location!.Line));
    }

    [Fact]
    public void A_file_that_is_not_utf8_is_told_with_its_line()
    {
        folder.Put("a.yaml", folder.Parse("a.yaml", new byte[] { (byte)'a', (byte)'\n', 0xC3, (byte)'(' }));
        Assert.Equal("dir/a.yaml:2: File a.yaml: It is not UTF-8 text. Nothing is taken from it. [UnreadableFile]", Assert.Single(folder.Snapshot().Findings).ToString());
    }

    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        folder.Put("a.json", "\uFEFF{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"n\"}}");
        Assert.Single(folder.Snapshot().Namespaces);
    }

    [Fact]
    public void An_object_that_becomes_wrong_keeps_its_last_good_version()
    {
        folder.Put("a.yaml", Manifest.Ingress("one") + "---\n" + Manifest.Ingress("two"));
        var good = folder.Snapshot().Ingresses[Manifest.Id("one")];

        folder.Put("a.yaml", Manifest.Ingress("one", port: "0") + "---\n" + Manifest.Ingress("two", "new.example.com"));
        folder.Put("a.yaml", Manifest.Ingress("one", port: "abc") + "---\n" + Manifest.Ingress("two", "newer.example.com"));

        var snapshot = folder.Snapshot();
        Assert.Same(good, snapshot.Ingresses[Manifest.Id("one")]);
        Assert.Equal("newer.example.com", snapshot.Ingresses[Manifest.Id("two")].Rules[0].Host);
        Assert.EndsWith("The last good version of the object stays in force.", Assert.Single(snapshot.Findings).Message, StringComparison.Ordinal);

        folder.Put("a.yaml", Manifest.Ingress("two", "newer.example.com"));
        Assert.Single(folder.Snapshot().Ingresses);
    }

    [Fact]
    public void What_did_not_change_stays_the_same_reference()
    {
        folder.Put("a.yaml", Manifest.Ingress("one") + "---\n" + Manifest.Ingress("two"));
        folder.Put("b.yaml", Manifest.Ingress("three"));
        var before = folder.Snapshot();

        folder.Put("a.yaml", "# a new line\n" + Manifest.Ingress("one") + "---\n" + Manifest.Ingress("two", "new.example.com"));

        var after = folder.Snapshot();
        Assert.Same(before.Ingresses[Manifest.Id("one")], after.Ingresses[Manifest.Id("one")]);
        Assert.Same(before.Ingresses[Manifest.Id("three")], after.Ingresses[Manifest.Id("three")]);
        Assert.NotEqual(before.Ingresses[Manifest.Id("two")], after.Ingresses[Manifest.Id("two")]);
        Assert.Equal(2, after.Locations[Manifest.Ref("Ingress", "one")].Line);
        Assert.Same(before.Services, after.Services);
    }

    [Fact]
    public void A_reading_that_changes_nothing_gives_the_same_snapshot()
    {
        folder.Put("a.yaml", Manifest.Ingress("one"));
        var before = folder.Snapshot();
        folder.Put("a.yaml", Manifest.Ingress("one") + "# the end\n");
        Assert.Same(before, folder.Snapshot());
    }

    [Fact]
    public void A_document_whose_text_is_as_before_is_not_parsed_again()
    {
        var (one, two, three) = (Manifest.Ingress("one"), Manifest.Ingress("two"), Manifest.Ingress("three"));
        folder.Put("a.yaml", $"---\n{one}---\n{two}---\n{three}");
        var before = Read();
        folder.Put("a.yaml", $"---\n{two}---\n{Manifest.Ingress("four")}---\n{one}---\n{three}");
        var after = Read();

        foreach (var name in new[] { "one", "two", "three" })
        {
            Assert.Same(before[name], after[name]);
        }

        Dictionary<string, Resource> Read() => folder.Parse("a.yaml", System.Text.Encoding.UTF8.GetBytes(
            $"---\n{one}---\n{two}---\n{three}")).Objects.ToDictionary(o => o.Ref.Name.Name, o => o.Resource);
    }

    [Fact]
    public void The_same_object_in_two_places_is_taken_from_the_first()
    {
        folder.Put("b.yaml", Manifest.Ingress("one", "b.example.com"));
        folder.Put("a.yaml", "\n" + Manifest.Ingress("one", "a.example.com") + "---\n" + Manifest.Ingress("one", "c.example.com"));

        var snapshot = folder.Snapshot();
        Assert.Equal("a.example.com", Host(snapshot));
        Assert.Equal(["dir/a.yaml:19", "dir/b.yaml:1"], snapshot.Findings.Select(f => f.Location!.ToString()));
        Assert.All(snapshot.Findings, f => Assert.Equal(FindingCode.DuplicateObject, f.Code));
        Assert.Equal("It also stands in dir/a.yaml:2, which is used.", snapshot.Findings[0].Message);

        folder.Remove("a.yaml");
        Assert.Equal("b.example.com", Host(folder.Snapshot()));
        Assert.Empty(folder.Snapshot().Findings);
        static string Host(ClusterSnapshot snapshot) => snapshot.Ingresses[Manifest.Id("one")].Rules[0].Host;
    }

    [Fact]
    public void A_duplicate_that_goes_takes_its_finding_with_it()
    {
        folder.Put("a.yaml", Manifest.Ingress("one"));
        folder.Put("b.yaml", Manifest.Ingress("one"));
        Assert.Single(folder.Snapshot().Findings);
        folder.Remove("b.yaml");
        Assert.Empty(folder.Snapshot().Findings);
    }

    [Fact]
    public void The_objects_of_a_file_go_with_it()
    {
        folder.Put("a.yaml", Manifest.Ingress("one") + "---\na: [\n");
        folder.Remove("a.yaml");

        var snapshot = folder.Snapshot();
        Assert.Empty(snapshot.Ingresses);
        Assert.Empty(snapshot.Locations);
        Assert.Empty(snapshot.Findings);
    }

    [Fact]
    public void Slices_stand_with_their_service_in_the_order_of_their_names()
    {
        folder.Put("a.yaml", Slice("b", "web"));
        folder.Put("b.yaml", Slice("a", "web"));
        Assert.Equal(["a", "b"], Names("web"));

        folder.Put("a.yaml", Slice("b", "other"));
        Assert.Equal(["a"], Names("web"));
        Assert.Equal(["b"], Names("other"));

        folder.Remove("b.yaml");
        Assert.Equal([Manifest.Id("other")], folder.Snapshot().EndpointSlices.Keys);

        IEnumerable<string> Names(string service) => folder.Snapshot().EndpointSlices[Manifest.Id(service)].Slices.Select(s => s.Id.Name);
        static string Slice(string name, string service) =>
            $"{{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {{name: {name}, labels: {{kubernetes.io/service-name: {service}}}}}}}";
    }

    [Fact]
    public void Lists_are_opened_and_each_item_stands_for_itself()
    {
        folder.Put("a.yaml", """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: Namespace, metadata: {name: a}}
            - {apiVersion: v1, kind: Namespace, metadata: {name: B}}
            - {apiVersion: v1, kind: Pod, metadata: {name: c}}
            - 5
            - apiVersion: v1
              kind: NamespaceList
              items: [{metadata: {name: d}}]
            """);

        var snapshot = folder.Snapshot();
        Assert.Equal(["a", "d"], snapshot.Namespaces.Keys.Order());
        Assert.Equal(1, folder.UnknownKinds);
        Assert.Equal(10, snapshot.Locations[Manifest.Ref("Namespace", "d", "")].Line);
        Assert.Equal([("metadata.name", 5), ("", 7)], snapshot.Findings.Select(f => (f.Field, f.Location!.Line)));
    }

    [Fact]
    public void Unknown_kinds_and_versions_are_counted()
    {
        folder.Put("a.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec: {a: 1, a: 2}\n---\napiVersion: extensions/v1beta1\nkind: Ingress\n");
        Assert.Equal(2, folder.UnknownKinds);
        Assert.Empty(folder.Snapshot().Findings);
        folder.Put("a.yaml", "apiVersion: apps/v1\nkind: Deployment\n");
        Assert.Equal(1, folder.UnknownKinds);
        folder.Remove("a.yaml");
        Assert.Equal(0, folder.UnknownKinds);
    }

    [Theory]
    [InlineData("metadata: {name: x}\n", "kind", "File a.yaml", "Expected the kind of a Kubernetes object, found none.")]
    [InlineData("kind: Ingress\nmetadata: {name: x}\n", "apiVersion", "Ingress default/x", "Expected networking.k8s.io/v1, found nothing.")]
    [InlineData("just text\n", "", "File a.yaml", "Expected a Kubernetes object, found something else.")]
    public void What_does_not_say_what_it_is_is_told(string text, string field, string reference, string problem)
    {
        folder.Put("a.yaml", text);
        var finding = Assert.Single(folder.Snapshot().Findings);
        Assert.Equal((FindingCode.InvalidObject, field, reference), (finding.Code, finding.Field, finding.Object.ToString()));
        Assert.Equal($"{problem} The object is left out.", finding.Message);
    }
}
