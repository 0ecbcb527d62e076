using System.Text;
using Sluice.Controller.Cluster;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>A kubeconfig leads to the server and shows it who we are.</summary>
public sealed class KubeconfigTests : IDisposable
{
    private const string Secret = "s3cr3t-t0k3n";

    private readonly TestFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Each_context_leads_to_its_server_with_its_user_and_namespace()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var file = folder.Write("config", $$"""
            apiVersion: v1
            kind: Config
            current-context: first
            contexts:
              - {name: first, context: {cluster: one, user: token, namespace: shop} }
              - {name: second, context: {cluster: two, user: password} }
            clusters:
              - {name: one, cluster: {server: '{{one.Address}}'} }
              - {name: two, cluster: {server: '{{two.Address}}'} }
            users:
              - {name: token, user: {token: '{{Secret}}'} }
              - {name: password, user: {username: me, password: '{{Secret}}'} }
            """);

        Assert.Equal("shop", ApiEndpoint.Find(file, null).Namespace);
        Assert.Equal("default", ApiEndpoint.Find(file, "second").Namespace);
        Assert.Equal($"Bearer {Secret}", await ShownAsync(one, ApiEndpoint.Find(file, null)));
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Secret}"))}", await ShownAsync(two, ApiEndpoint.Find(file, "second")));
    }

    [Fact]
    public async Task Of_several_files_the_first_that_has_a_thing_counts_and_paths_start_at_their_own()
    {
        await using var api = await StartAsync();
        var first = folder.Write("a/config", $$"""
            clusters: [{name: one, cluster: {server: '{{api.Address}}'} }]
            users: [{name: me, user: {tokenFile: token} }]
            """);
        folder.Write("a/token", $"{Secret}\n");
        folder.Write("b/token", "wrong");
        var second = folder.Write("b/config", """
            current-context: here
            contexts: [{name: here, context: {cluster: one, user: me}}]
            clusters: [{name: one, cluster: {server: 'http://127.0.0.1:1'}}]
            users: [{name: me, user: {tokenFile: token}}]
            """);
        var empty = folder.Write("c/config", "");

        Assert.Equal($"Bearer {Secret}", await ShownAsync(api, Kubeconfig.Read([empty, first, second], null)));
    }

    [Fact]
    public async Task A_token_file_is_read_again_when_its_token_is_refused()
    {
        await using var api = await StartAsync();
        var file = Config(api, "tokenFile: token");
        folder.Write("token", "old");
        using var client = new ApiClient(ApiEndpoint.Find(file, null));
        await client.GetAsync("/api/v1/services", Stop);

        folder.Write("token", "new");
        api.Admits = request => request.Authorization == "Bearer new";
        await client.GetAsync("/api/v1/services", Stop);
        Assert.Equal(["Bearer old", "Bearer old", "Bearer new"], api.Requests.Select(request => request.Authorization));
    }

    [Fact]
    public async Task A_token_that_never_changes_is_not_shown_twice()
    {
        await using var api = await StartAsync();
        api.Admits = _ => false;
        using var client = new ApiClient(ApiEndpoint.Find(Config(api, $"token: {Secret}"), null));

        var refusal = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync("/api/v1/services", Stop));
        Assert.Equal("code 401, says the server", refusal.Message);
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task A_reader_goes_on_when_its_token_expires()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Admits = request => request.Authorization == "Bearer one";
        folder.Write("token", "one");
        await using var run = new ClusterRun(api, endpoint: ApiEndpoint.Find(Config(api, "tokenFile: token"), null));
        await run.EqualAsync();
        var lists = api.Count(request => request.IsList);

        api.Admits = request => request.Authorization == "Bearer two";
        await api.CutAsync();
        api.Truth.Put(FakeObject.Ingress("e"));
        await api.AskedAsync(request => request.IsResumed, 10);
        folder.Write("token", "two");
        await run.EqualAsync();
        Assert.Equal(lists, api.Count(request => request.IsList));
        Assert.DoesNotContain(run.Log.Lines, line => line.Contains("Bearer", StringComparison.Ordinal) || line.Contains("one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task A_base_path_stands_before_all_paths(string end)
    {
        await using var api = new FakeApi { Prefix = "/k8s/clusters/c-1" };
        await api.StartAsync();
        using var client = new ApiClient(ApiEndpoint.Find(Config($"{new Uri(api.Address, "/k8s/clusters/c-1")}{end}", "{}"), null));

        await client.GetAsync("/api/v1/services?limit=1", Stop);
        Assert.Equal("/k8s/clusters/c-1/api/v1/services?limit=1", Assert.Single(api.Requests).Url);
    }

    [Theory]
    [InlineData("current-context: nowhere", "there is no context 'nowhere'")]
    [InlineData("contexts: []", "there is no current-context")]
    [InlineData("contexts: [null]\ncurrent-context: x", "there is no context 'x'")]
    [InlineData("[1, 2", "this is not a kubeconfig file")]
    [InlineData("- s3cr3t-t0k3n", "this is not a kubeconfig file")]
    [InlineData("users: {s3cr3t-t0k3n: [}", "this is not a kubeconfig file")]
    [InlineData("users: [{name: me, user: {token: {s3cr3t-t0k3n: 1}}}]", "this is not a kubeconfig file")]
    public void What_cannot_be_used_is_told_without_repeating_it(string text, string problem)
    {
        var failure = Assert.Throws<InvalidDataException>(() => ApiEndpoint.Find(folder.Write("config", text), null));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client-certificate-data: s3cr3t!t0k3n", "a certificate or key is not base64")]
    [InlineData("client-key-data: czNjcjN0", "one of client-certificate and client-key")]
    [InlineData("auth-provider: {name: gcp, config: {access-token: s3cr3t-t0k3n}}", "auth-provider is no longer part of Kubernetes")]
    [InlineData("exec: {env: [{name: A, value: s3cr3t-t0k3n}]}", "has no command")]
    [InlineData("token: \"s3cr3t-t0k3n\\ns3cr3t-t0k3n\"", "characters that no token has")]
    public void A_user_that_cannot_be_used_is_told_without_repeating_it(string user, string problem)
    {
        var failure = Assert.Throws<InvalidDataException>(() => ApiEndpoint.Find(Config("https://127.0.0.1:1", user), null));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://h", "proxy-url: ':'", "proxy-url is not a URL")]
    [InlineData("localhost:8080", "", "leads to no cluster with a server")]
    public void A_cluster_that_cannot_be_used_is_told(string server, string more, string problem)
    {
        var failure = Assert.Throws<InvalidDataException>(() => ApiEndpoint.Find(Config(server, "{}", more), null));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_a_failure_that_passes()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api, endpoint: ApiEndpoint.Find(Config(api, "tokenFile: token"), null));

        await run.Log.Written.UntilAsync(
            () => run.Log.Lines.Any(line => line.Contains("token cannot be read", StringComparison.Ordinal)), () => string.Join('\n', run.Log.Lines));
        folder.Write("token", Secret);
        await run.EqualAsync();
    }

    private static async Task<FakeApi> StartAsync()
    {
        var api = new FakeApi();
        await api.StartAsync();
        return api;
    }

    private static async Task<string> ShownAsync(FakeApi api, ApiEndpoint endpoint)
    {
        using var client = new ApiClient(endpoint);
        await client.GetAsync("/api/v1/services", Stop);
        return api.Requests.Last().Authorization;
    }

    private string Config(FakeApi api, string user) => Config(api.Address.AbsoluteUri, user);

    private string Config(string server, string user, string cluster = "") => folder.Write("config", $$"""
        current-context: here
        contexts: [{name: here, context: {cluster: one, user: me} }]
        clusters:
          - name: one
            cluster:
              server: '{{server}}'
              {{cluster}}
        users:
          - name: me
            user:
              {{user}}
        """);
}
