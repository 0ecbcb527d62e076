using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>Each kind of change alone: made at run time, by the same worker, and right for the very next request.</summary>
public sealed class ChangeKindTests(ChangeKindTests.Given given) : IClassFixture<ChangeKindTests.Given>
{
    public sealed class Given() : Scenario("one", "two")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(Pods.All));
            files.Write("base.yaml", Site("base", "base.test", "one"));
        });

        /// <summary>Writes a file and asserts that this took commands only.</summary>
        internal Task ChangeAsync(string file, params string[] texts) => ChangeAsync(files => files.Write($"{file}.yaml", texts));

        internal async Task ChangeAsync(Action<ManifestDir> edit)
        {
            var changes = await RuntimeChanges.OfAsync(Sluice);
            await changes.AssertAsync(await Sluice.ApplyAsync(edit));
        }

        internal async Task AnswersAsync(params IEnumerable<(string Host, string Path, string Expected)> requests)
        {
            foreach (var (host, path, expected) in requests)
            {
                Assert.Equal((host, path, expected), (host, path, (await Sluice.GetAsync(host, path)).Outcome));
            }
        }
    }

    [Fact]
    public async Task A_host_is_added_changed_and_removed()
    {
        var first = Rule("first.host.test", Prefix("/", "one"));
        await given.ChangeAsync("host", Ingress("host", [first]));
        await given.AnswersAsync(("first.host.test", "/", "one"), ("second.host.test", "/", "404"));

        await given.ChangeAsync("host", Ingress("host", [first, Rule("second.host.test", Prefix("/", "two"))]));
        await given.AnswersAsync(("first.host.test", "/", "one"), ("second.host.test", "/", "two"));

        await given.ChangeAsync("host", Ingress("host", [first, Rule("third.host.test", Prefix("/", "two"))]));
        await given.AnswersAsync(("first.host.test", "/", "one"), ("second.host.test", "/", "404"), ("third.host.test", "/", "two"));

        await given.ChangeAsync("host", Ingress("host", [first]));
        await given.AnswersAsync(("first.host.test", "/", "one"), ("third.host.test", "/", "404"));
    }

    [Fact]
    public async Task A_wildcard_is_added_and_removed()
    {
        await given.ChangeAsync("wildcard", Site("wildcard", "*.wildcard.test", "one"));
        await given.AnswersAsync(("a.wildcard.test", "/", "one"));

        await given.ChangeAsync(files => files.Delete("wildcard.yaml"));
        await given.AnswersAsync(("a.wildcard.test", "/", "404"));
    }

    [Fact]
    public async Task A_path_is_added_changed_and_removed()
    {
        var root = Prefix("/", "one");
        await given.ChangeAsync("path", Ingress("path", [Rule("path.test", root)]));
        await given.AnswersAsync(("path.test", "/a", "one"));

        await given.ChangeAsync("path", Ingress("path", [Rule("path.test", root, Prefix("/a", "two"))]));
        await given.AnswersAsync(("path.test", "/a", "two"), ("path.test", "/a/b", "two"), ("path.test", "/b", "one"));

        await given.ChangeAsync("path", Ingress("path", [Rule("path.test", root, Exact("/a", "two"))]));
        await given.AnswersAsync(("path.test", "/a", "two"), ("path.test", "/a/b", "one"));

        await given.ChangeAsync("path", Ingress("path", [Rule("path.test", root)]));
        await given.AnswersAsync(("path.test", "/a", "one"));
    }

    [Fact]
    public async Task A_regular_expression_is_added_changed_and_removed()
    {
        (string, string)[] regex = [("sluice.dev/path-type", "regex")];
        await given.ChangeAsync("regex", Ingress("regex", [Rule("regex.test", Specific("/item/[0-9]+$", "one"))], annotations: regex));
        await given.AnswersAsync(("regex.test", "/item/1", "one"), ("regex.test", "/item/a", "404"), ("regex.test", "/x/item/1", "404"));

        await given.ChangeAsync("regex", Ingress("regex", [Rule("regex.test", Specific("/item/[a-z]+$", "two"))], annotations: regex));
        await given.AnswersAsync(("regex.test", "/item/1", "404"), ("regex.test", "/item/a", "two"));

        await given.ChangeAsync(files => files.Delete("regex.yaml"));
        await given.AnswersAsync(("regex.test", "/item/a", "404"));
    }

    [Fact]
    public async Task A_default_backend_is_added_changed_and_removed()
    {
        await given.ChangeAsync("default", Ingress("default", defaultBackend: "one"));
        await given.AnswersAsync(("unheard-of.test", "/", "one"), ("base.test", "/", "one"));

        await given.ChangeAsync("default", Ingress("default", defaultBackend: "two"));
        await given.AnswersAsync(("unheard-of.test", "/", "two"), ("base.test", "/", "one"));

        await given.ChangeAsync(files => files.Delete("default.yaml"));
        await given.AnswersAsync(("unheard-of.test", "/", "404"));
    }

    [Fact]
    public async Task A_rule_leads_to_another_Service()
    {
        await given.ChangeAsync("lead", Site("lead", "lead.test", "one"));
        await given.AnswersAsync(("lead.test", "/", "one"));

        await given.ChangeAsync("lead", Site("lead", "lead.test", "two"));
        await given.AnswersAsync(("lead.test", "/", "two"));
    }

    [Fact]
    public async Task An_Ingress_takes_over_a_host_and_gives_it_back()
    {
        var old = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await given.ChangeAsync("younger", Ingress("younger", [Rule("contested.test", Prefix("/", "one"))], created: old.AddYears(1)));
        await given.AnswersAsync(("contested.test", "/", "one"));

        await given.ChangeAsync("older", Ingress("older", [Rule("contested.test", Prefix("/", "two"))], created: old));
        await given.AnswersAsync(("contested.test", "/", "two"));

        await given.ChangeAsync(files => files.Delete("older.yaml"));
        await given.AnswersAsync(("contested.test", "/", "one"));
    }

    [Fact]
    public async Task A_Service_is_added_changed_and_removed()
    {
        var ingress = Site("service", "service.test", "late");
        var slice = SliceOf("late", given.Pods["one"]);
        await given.ChangeAsync("service", ingress);
        await given.AnswersAsync(("service.test", "/", "503"));

        await given.ChangeAsync("service", ingress, Service("late"), slice);
        await given.AnswersAsync(("service.test", "/", "one"));

        await given.ChangeAsync("service", ingress, Service("late", ports: ["{port: 81}"]), slice);
        await given.AnswersAsync(("service.test", "/", "503"));

        await given.ChangeAsync("service", ingress, Service("late"), slice);
        await given.AnswersAsync(("service.test", "/", "one"));

        await given.ChangeAsync("service", ingress);
        await given.AnswersAsync(("service.test", "/", "503"));
    }

    [Fact]
    public async Task An_endpoint_is_added_changed_and_removed()
    {
        var fixedPart = Site("endpoint", "endpoint.test", "moving") + Service("moving");
        await given.ChangeAsync("endpoint", fixedPart);
        await given.AnswersAsync(("endpoint.test", "/", "503"));

        await given.ChangeAsync("endpoint", fixedPart, SliceOf("moving", given.Pods["one"]));
        await given.AnswersAsync(("endpoint.test", "/", "one"), ("endpoint.test", "/", "one"));

        await given.ChangeAsync("endpoint", fixedPart, SliceOf("moving", given.Pods["two"]));
        await given.AnswersAsync(("endpoint.test", "/", "two"), ("endpoint.test", "/", "two"));

        await given.ChangeAsync("endpoint", fixedPart, SliceOf("moving"));
        await given.AnswersAsync(("endpoint.test", "/", "503"));
    }

    [Fact]
    public async Task A_certificate_is_added_renewed_and_removed()
    {
        var (first, second) = (TestCertificate.Ecdsa("cert.test"), TestCertificate.Ecdsa("cert.test"));
        var ingress = Ingress("cert", [Rule("cert.test", Prefix("/", "one"))], tls: [("cert", ["cert.test"])]);
        await given.ChangeAsync("cert", ingress, Secret("cert", first));
        Assert.True((await TlsClient.HandshakeAsync(given.Sluice.HttpsPort, "cert.test")).Served(first));

        await given.ChangeAsync("cert", ingress, Secret("cert", second));
        Assert.True((await TlsClient.HandshakeAsync(given.Sluice.HttpsPort, "cert.test")).Served(second));

        await given.ChangeAsync(files => files.Delete("cert.yaml"));
        Assert.False((await TlsClient.HandshakeAsync(given.Sluice.HttpsPort, "cert.test")).Served(second));
    }

    [Fact]
    public async Task Nothing_is_done_for_objects_that_are_not_served()
    {
        var change = await given.Sluice.ApplyAsync(files => files.Write(
            "noise.yaml", ConfigMap("noise", ("key", "value")), Service("noise"), Secret("noise", TestCertificate.Ecdsa("noise.test"))));

        Assert.Equal((ChangeKind.Nothing, 0), (change.Kind, change.Commands));
    }
}
