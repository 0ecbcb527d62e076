using Sluice.Controller.Cluster;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>A program gives the credentials.</summary>
public sealed class PluginTests : IDisposable
{
    private readonly TestFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_gets_its_arguments_with_spaces_its_environment_and_the_cluster()
    {
        await using var api = await StartAsync();
        folder.Script("plugin", $$"""
            printf '%s\n' "$#" "$1" "$2" "$FLAVOUR" "$KUBERNETES_EXEC_INFO" > '{{folder["seen"]}}'
            {{Answer("tok")}}
            """);
        using var client = Client(api, """{command: ./plugin, args: ["a b  c", "d'e"], env: [{name: FLAVOUR, value: "x y"}], provideClusterInfo: true""");

        await client.GetAsync("/api/v1/services", Stop);
        Assert.Equal("Bearer tok", api.Requests.Single().Authorization);
        var seen = await File.ReadAllLinesAsync(folder["seen"], Stop);
        Assert.Equal(["2", "a b  c", "d'e", "x y"], seen[..4]);
        Assert.Contains($"\"server\":\"{api.Address}\"", seen[4], StringComparison.Ordinal);
        Assert.Contains("\"apiVersion\":\"client.authentication.k8s.io/v1\"", seen[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_asked_once_by_all_readers_and_again_when_what_it_gave_is_refused()
    {
        await using var api = await ReflectorTests.StartAsync();
        folder.Script("plugin", Counting("tok-$n"));
        await using var run = new ClusterRun(api, endpoint: Endpoint(api, "{command: ./plugin"));
        await run.EqualAsync();
        Assert.Equal(1, folder.Lines("runs"));

        api.Admits = request => request.Authorization == "Bearer tok-2";
        await api.CutAsync();
        api.Truth.Put(FakeObject.Ingress("e"));
        await run.EqualAsync();
        await api.AskedAsync(request => request is { IsResumed: true, Authorization: "Bearer tok-2" }, 6);
        Assert.Equal(2, folder.Lines("runs"));
    }

    [Fact]
    public async Task It_is_asked_again_when_what_it_gave_expires()
    {
        await using var api = await StartAsync();
        folder.Script("plugin", Counting("tok-$n", ""","expirationTimestamp":"'$(date -u -d +3sec +%Y-%m-%dT%H:%M:%SZ)'" """));
        using var client = Client(api, "{command: ./plugin");

        var asked = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 3; i++)
        {
            await client.GetAsync("/api/v1/services", Stop);
        }

        Assert.InRange(folder.Lines("runs"), 1, 2);
        while (api.Requests.Last().Authorization == "Bearer tok-1" && TimeProvider.System.GetElapsedTime(asked).TotalSeconds < 5)
        {
            await Task.Delay(50, Stop);
            await client.GetAsync("/api/v1/services", Stop);
        }

        Assert.Equal("Bearer tok-2", api.Requests.Last().Authorization);
    }

    [Theory]
    [InlineData("echo it hurts >&2; exit 3", "failed (exit code 3): it hurts")]
    [InlineData("echo s3cr3t", "gave something else than an ExecCredential")]
    [InlineData("""echo '{"status":{"token":"","clientKeyData":"s3cr3t"}}'""", "gave neither a token nor a client certificate")]
    [InlineData("""echo '{"status":{"token":["s3cr3t"]}}'""", "gave something else than an ExecCredential")]
    [InlineData("""echo '{"status":{"token":"s3cr3t\u00e4"}}'""", "characters that no token has")]
    [InlineData("""echo '{"status":{"clientCertificateData":"s3cr3t","clientKeyData":"s3cr3t"}}'""", "the client certificate to show to the API server, or its key, cannot be used")]
    public async Task Its_failure_is_told_and_what_it_printed_is_not(string script, string problem)
    {
        await using var api = await ReflectorTests.StartAsync();
        folder.Script("plugin", script);
        await using var run = new ClusterRun(api, endpoint: Endpoint(api, "{command: ./plugin"));

        await run.Log.Written.UntilAsync(
            () => run.Log.Lines.Any(line => line.Contains(problem, StringComparison.Ordinal)), () => string.Join('\n', run.Log.Lines));
        Assert.DoesNotContain(run.Log.Lines, line => line.Contains("s3cr3t", StringComparison.Ordinal));
        Assert.Empty(api.Requests);

        folder.Script("next", Answer("tok"));
        File.Move(folder["next"], folder["plugin"], overwrite: true);
        await run.EqualAsync();
    }

    [Fact]
    public async Task One_that_is_not_there_is_told_with_the_hint_to_install_it()
    {
        await using var api = await StartAsync();
        using var client = Client(api, "{command: ./nowhere, installHint: Get it at the shop.");

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => client.GetAsync("/api/v1/services", Stop));
        Assert.Contains("./nowhere cannot be run", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("Get it at the shop.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_it_gives_is_shown_and_replaced()
    {
        var authority = TestAuthority.Root();
        await using var api = new FakeApi { Certificate = authority.Server("localhost") };
        await api.StartAsync();
        folder.Write("ca.pem", authority.Pem);
        Give(authority, "one");
        folder.Script("plugin", $"echo run >> '{folder["runs"]}'\ncat '{folder["answer"]}'");
        using var client = Client(api, "{command: ./plugin");
        await client.GetAsync("/api/v1/services", Stop);
        await client.GetAsync("/api/v1/services", Stop);
        Assert.Equal(["CN=one", "CN=one"], api.Requests.Select(request => request.Client));
        Assert.Equal(1, folder.Lines("runs"));

        Give(authority, "two");
        api.Admits = request => request.Client == "CN=two";
        await client.GetAsync("/api/v1/services", Stop);
        Assert.Equal(["CN=one", "CN=two"], api.Requests.Skip(2).Select(request => request.Client));
    }

    private static string Answer(string token, string more = "") =>
        $$"""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"{{token}}"{{more}} } }'""";

    private static async Task<FakeApi> StartAsync()
    {
        var api = new FakeApi();
        await api.StartAsync();
        return api;
    }

    private void Give(TestAuthority authority, string name)
    {
        var (chain, key) = authority.Client(name);
        folder.Write("answer", $$"""{"status":{"clientCertificateData":"{{chain.ReplaceLineEndings("\\n")}}","clientKeyData":"{{key.ReplaceLineEndings("\\n")}}"} }""");
    }

    private string Counting(string token, string more = "") =>
        $"echo run >> '{folder["runs"]}'\nn=$(wc -l < '{folder["runs"]}')\n{Answer(token.Replace("$n", "'$n'", StringComparison.Ordinal), more)}";

    private ApiClient Client(FakeApi api, string exec) => new(Endpoint(api, exec));

    private ApiEndpoint Endpoint(FakeApi api, string exec) => ApiEndpoint.Find(
        folder.Write("config", $$"""
            current-context: here
            contexts: [{name: here, context: {cluster: one, user: me} }]
            clusters: [{name: one, cluster: {server: '{{api.Address}}'{{(api.Certificate is null ? "" : ", certificate-authority: ca.pem")}} } }]
            users: [{name: me, user: {exec: {{exec}}, apiVersion: client.authentication.k8s.io/v1} } }]
            """),
        null);
}
