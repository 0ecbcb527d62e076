using System.Text.RegularExpressions;
using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Proxying;

/// <summary>What a client gets that no pod answers.</summary>
public sealed partial class ErrorPageTests(ErrorPageTests.Given given) : IClassFixture<ErrorPageTests.Given>
{
    public sealed class Given() : Scenario("app")
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(Pods.All), Service("idle"), SliceOf("idle"), Service("unborn"));
            files.Write("ingress.yaml", Ingress("pages",
            [
                Rule("app.test",
                    Prefix("/app", "app"), Prefix("/missing", "nobody"), Prefix("/idle", "idle"), Prefix("/unborn", "unborn"),
                    Prefix("/port", "app:81")),
            ]));
        });
    }

    [Theory]
    [InlineData("app.test", "/none", 404)]
    [InlineData("none.test", "/", 404)]
    [InlineData("app.test", "/missing", 503)]
    [InlineData("app.test", "/idle/x", 503)]
    [InlineData("app.test", "/unborn", 503)]
    [InlineData("app.test", "/port", 503)]
    public async Task A_page_tells_the_id_of_the_request(string host, string path, int status)
    {
        foreach (var over in Enum.GetValues<Over>())
        {
            var first = await given.Sluice.SendAsync(over, "GET", host, path);
            var second = await given.Sluice.SendAsync(over, "GET", host, path);

            Assert.Equal((status, status), (first.Status, second.Status));
            Assert.StartsWith("text/html", first["Content-Type"], StringComparison.Ordinal);
            Assert.NotEqual(Id(first), Id(second));
            Assert.Contains(first["X-Request-ID"] ?? Id(first), first.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_has_no_body_where_only_its_head_was_asked_for()
    {
        var response = await given.Sluice.SendAsync(Over.Http1, "HEAD", "none.test", "/");

        Assert.Equal((404, ""), (response.Status, response.Text));
    }

    [Fact]
    public async Task A_page_never_repeats_what_the_client_sent()
    {
        var response = await given.Sluice.GetAsync("app.test", "/none?<script>alert(1)</script>", "X-Request-ID: <b>forged</b>");

        Assert.DoesNotContain("script", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", response.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app.test", "/app%2fx")]
    [InlineData("app.test", "/app%2Fx")]
    [InlineData("app.test", "/app%5cx")]
    [InlineData("app.test", "/app%5Cx")]
    [InlineData("app.test", "/app%00")]
    [InlineData("app.test", "/app%0d%0aX:1")]
    [InlineData("app.test", "/app%1f")]
    [InlineData("app.test", "/app%7f")]
    [InlineData("app_.test<", "/app")]
    [InlineData("app.test\"", "/app")]
    [InlineData("app test", "/app")]
    [InlineData("app.test%00", "/app")]
    [InlineData("app.test@other.test", "/app")]
    public async Task A_path_or_host_that_can_be_read_in_two_ways_is_refused(string host, string path) =>
        Assert.Equal(400, (await given.Sluice.SendAsync(Over.Http1, "GET", host, path)).Status);

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_error_of_the_pod_stays_the_pods_own(int status)
    {
        var response = await given.Sluice.GetAsync("app.test", $"/app?status={status}");

        Assert.Equal(status, response.Status);
        Assert.Equal("app", Echo.Parse(response.Body.Span).Pod);
    }

    [Fact]
    public async Task A_Server_header_is_added_only_where_there_is_none()
    {
        var without = await given.Sluice.GetAsync("app.test", "/app");
        var with = await given.Sluice.GetAsync("app.test", "/app?server=pod/1.0");
        var page = await given.Sluice.GetAsync("none.test", "/");

        Assert.False(string.IsNullOrEmpty(without["Server"]));
        Assert.Equal("pod/1.0", with["Server"]);
        Assert.False(string.IsNullOrEmpty(page["Server"]));
    }

    private static string Id(Response page) => RequestId().Match(page.Text) is { Success: true } match
        ? match.Value
        : throw new InvalidDataException($"The page has no id: {page}");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9]+-[0-9]+", RegexOptions.None, 1_000)]
    private static partial Regex RequestId();
}
