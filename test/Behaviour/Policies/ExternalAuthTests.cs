using System.Net;
using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>Somebody else says whether a request may pass: auth-url and what belongs to it.</summary>
public sealed class ExternalAuthTests
{
    [Fact]
    public async Task What_they_answer_decides_and_it_changes_without_a_reload()
    {
        await using var site = await StartAsync();
        var auth = Auth(site);
        await site.AnnotateAsync(("sluice.dev/auth-url", $"{auth}/verify?status=201"));
        var worker = await site.Sluice.Master.WorkerPidAsync();
        Assert.Equal("app", await site.AskAsync());

        foreach (var (status, expected) in new[] { ("401", "401"), ("403", "403"), ("302&header=Location:/elsewhere", "503"), ("500", "503"), ("404", "503"), ("200", "app") })
        {
            await site.AnnotateAsync(("sluice.dev/auth-url", $"{auth}/?status={status}"));
            Assert.Equal((status, expected), (status, await site.AskAsync()));
        }

        await site.AnnotateAsync(("sluice.dev/auth-url", $"{auth}/?status=401&header=WWW-Authenticate:Bearer"));
        Assert.Equal("Bearer", (await site.GetAsync())["WWW-Authenticate"]);
        await site.AnnotateAsync(("sluice.dev/auth-url", $"{auth}/?ms=3000"), ("sluice.dev/auth-timeout", "100ms"));
        Assert.Equal("503", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/auth-url", $"http://127.0.0.1:{Ports.Free()}/"));
        Assert.Equal("503", await site.AskAsync());

        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
    }

    [Fact]
    public async Task They_see_the_request_and_pods_see_their_headers_which_nobody_can_forge()
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "HAProxy changes headers that are data from 3.4 on.");
        await using var site = await StartAsync();
        string[] forged = ["X-Echo-Pod: me", "X-User: me", "X-Groups: admin", "X-Original-URL: http://forged.test/", "X-Forwarded-Uri: /public", "X-Auth-Request-Redirect: /public", "If-None-Match: *", "Cookie: a=b", "Authorization: Bearer x"];
        await site.AnnotateAsync(
            ("sluice.dev/auth-url", $"{Auth(site)}/verify?header=X-User:ann&seen=1"), ("sluice.dev/auth-method", "POST"), ("sluice.dev/auth-response-headers", "X-User, X-Groups, X-Seen"));

        var seen = (await site.GetAsync("/private?x=1&y=%20", forged)).Echo;

        Assert.Equal(("ann", null, "me", "a=b"), (seen["x-user"], seen["x-groups"], seen["x-echo-pod"], seen["cookie"]));
        var asked = await site.Pods.LastAsync("auth", "/verify");
        Assert.Equal(("POST", "/verify?header=X-User:ann&seen=1", 0L), (asked.Method, asked.Target, asked.BodyLength));
        Assert.Equal($"http://{PolicySite.Host}/private?x=1&y=%20", asked["x-original-url"]);
        Assert.Equal(("GET", "a=b", "Bearer x", "127.0.0.1"), (asked["x-original-method"], asked["cookie"], asked["authorization"], asked["x-forwarded-for"]));
        Assert.Equal((null, "/private?x=1&y=%20", null), (asked["x-forwarded-uri"], asked["x-auth-request-redirect"], asked["if-none-match"]));
        Assert.Equal(seen["x-request-id"], asked["x-request-id"]);
        Assert.StartsWith("127.0.0.2:", asked["host"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_see_only_the_headers_that_are_named_for_them()
    {
        await using var site = await StartAsync();
        (string, string) url = ("sluice.dev/auth-url", $"{Auth(site)}/verify");
        string[] headers = ["Cookie: a=b", "Authorization: Bearer x", "X-Forwarded-User: me", "X-Secret: y"];
        await site.AnnotateAsync(url, ("sluice.dev/auth-request-headers", "Cookie, X-None"));
        var seen = (await site.GetAsync("/", headers)).Echo;
        Assert.Equal("y", seen["x-secret"]);
        var asked = await site.Pods.LastAsync("auth", "/verify");
        Assert.Equal(("a=b", null, null, null), (asked["cookie"], asked["authorization"], asked["x-forwarded-user"], asked["x-secret"]));
        Assert.Equal(("127.0.0.1", $"http://{PolicySite.Host}/", seen["x-request-id"]), (asked["x-forwarded-for"], asked["x-original-url"], asked["x-request-id"]));

        await site.AnnotateAsync(url);
        await site.GetAsync("/", headers);
        Assert.Equal("y", (await site.Pods.LastAsync("auth", "/verify"))["x-secret"]);
    }

    [Fact]
    public async Task Nobody_brings_a_header_that_pods_take_for_a_copied_one_or_has_one_left_out()
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "HAProxy changes headers that are data from 3.4 on.");
        await using var site = await StartAsync();
        string[] forged = ["X-User: me", "X_User: me", "x_USER: me", "X.User: me", "X-User-Id: 7", "X_Team: shop", "X-Team_Lead: me", "Connection: X-User, X-Team-Lead", "Connection: close, X-User"];
        (string, string) copied = ("sluice.dev/auth-response-headers", "X-User, X-Team-Lead");
        await site.AnnotateAsync(("sluice.dev/auth-url", $"{Auth(site)}/?header=X-User:ann"), copied);
        Assert.Equal(["x-user-id: 7", "x-user: ann", "x_team: shop"], await SeenAsync());

        await site.AnnotateAsync(("sluice.dev/auth-url", $"{Auth(site)}/"), copied);
        Assert.Equal(["x-user-id: 7", "x_team: shop"], await SeenAsync());

        async Task<List<string>> SeenAsync()
        {
            var seen = (await site.GetAsync("/", forged)).Echo.Headers;
            Assert.DoesNotContain("connection", seen.Keys);
            return [.. seen.Where(header => header.Key[0] == 'x' && header.Key[2] is 'u' or 't').SelectMany(header => header.Value.Select(value => $"{header.Key}: {value}")).Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public async Task Who_is_not_known_is_sent_to_sign_in_with_the_way_back()
    {
        await using var site = await StartAsync();
        (string, string) url = ("sluice.dev/auth-url", $"{Auth(site)}/?status=401");
        await site.AnnotateAsync(url, ("sluice.dev/auth-signin", "https://login.test/start"));
        await AssertSentAsync("https://login.test/start?rd=http%3A%2F%2Fapp.test%2Fa%2Fb%3Fx%3D1%26y%3D2");
        await site.AnnotateAsync(url, ("sluice.dev/auth-signin", "https://login.test/start?x=1"));
        await AssertSentAsync("https://login.test/start?x=1&rd=http%3A%2F%2Fapp.test%2Fa%2Fb%3Fx%3D1%26y%3D2");
        await site.AnnotateAsync(url, ("sluice.dev/auth-signin", "https://login.test/start?rd=/home"));
        await AssertSentAsync("https://login.test/start?rd=/home");

        await site.AnnotateAsync(("sluice.dev/auth-url", $"{Auth(site)}/?status=403"), ("sluice.dev/auth-signin", "https://login.test/start"));
        Assert.Equal("403", await site.AskAsync());

        async Task AssertSentAsync(string place)
        {
            var response = await site.GetAsync("/a/b?x=1&y=2");
            Assert.Equal((302, place), (response.Status, response["Location"]));
        }
    }

    [Fact]
    public async Task It_holds_for_WebSockets_and_for_HTTP_2_as_well()
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "HAProxy changes headers that are data from 3.4 on.");
        await using var site = await StartAsync();
        (string, string) copied = ("sluice.dev/auth-response-headers", "X-User");
        (int Port, string Scheme, Version Version)[] ways =
            [(site.Sluice.HttpPort, "ws", HttpVersion.Version11), (site.Sluice.HttpsPort, "wss", HttpVersion.Version11), (site.Sluice.HttpsPort, "wss", HttpVersion.Version20)];
        await site.AnnotateAsync(("sluice.dev/auth-url", $"{Auth(site)}/verify?header=X-User:ann"), copied);
        foreach (var (port, scheme, version) in ways)
        {
            await using var socket = await WebSocketClient.OpenAsync(port, $"{scheme}://{PolicySite.Host}/chat", version, ("X-User", "me"), ("Cookie", "a=b"));
            Assert.Equal("app: hello", await socket.AskAsync("hello"));
            var asked = await site.Pods.LastAsync("auth", "/verify");
            Assert.Equal(("a=b", null, null), (asked["cookie"], asked["upgrade"], asked["connection"]));
        }

        var seen = (await site.Sluice.Http2Tls.GetAsync(PolicySite.Host, "/", ("X-User", "me"), ("X_User", "me"))).Echo;
        Assert.Equal(("ann", null), (seen["x-user"], seen["x_user"]));

        await site.AnnotateAsync(("sluice.dev/auth-url", $"{Auth(site)}/?status=403"), copied);
        foreach (var (port, scheme, version) in ways)
        {
            await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => WebSocketClient.OpenAsync(port, $"{scheme}://{PolicySite.Host}/chat", version));
        }

        Assert.Equal("403", (await site.Sluice.Http2Tls.GetAsync(PolicySite.Host, "/")).Outcome);
    }

    [Theory]
    [InlineData("auth-url", "https://$host/verify")]
    [InlineData("auth-url", "ftp://auth.test/")]
    [InlineData("auth-url", "http://user:secret@auth.test/")]
    [InlineData("auth-url", "http://auth.test:0/")]
    [InlineData("auth-method", "get")]
    [InlineData("auth-response-headers", "X-User:")]
    [InlineData("auth-request-headers", "Cookie: x")]
    public async Task What_cannot_be_read_lets_nobody_in(string name, string value)
    {
        await using var site = await StartAsync();

        var change = await site.AnnotateAsync([.. name == "auth-url" ? [] : new[] { ("sluice.dev/auth-url", $"{Auth(site)}/") }, ($"sluice.dev/{name}", value)]);

        Assert.Equal("503", await site.AskAsync());
        Assert.Equal((FindingCode.InvalidSetting, $"metadata.annotations[sluice.dev/{name}]"), Assert.Single(change.Findings.Select(finding => (finding.Code, finding.Field))));
    }

    [Fact]
    public async Task Two_ways_to_prove_who_one_is_do_not_go_together()
    {
        await using var site = await StartAsync();
        await site.PutAsync(Manifests.Opaque("users", ("joe", "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=")));

        var change = await site.AnnotateAsync(("sluice.dev/auth-url", $"{Auth(site)}/"), ("sluice.dev/auth-type", "basic-auth"), ("sluice.dev/auth-secret", "users"));

        Assert.Equal("503", await site.AskAsync());
        Assert.Contains("auth-type and auth-url do not go together", Assert.Single(change.Findings).Message, StringComparison.Ordinal);

        // What the ConfigMap chooses is not beside what an Ingress chooses, which may be nothing.
        await site.ConfigureAsync(("auth-url", $"{Auth(site)}/?status=403"));
        change = await site.AnnotateAsync(("sluice.dev/auth-type", "basic-auth"), ("sluice.dev/auth-secret", "users"));
        Assert.Empty(change.Findings);
        Assert.Equal("401", await site.AskAsync());
        await site.AnnotateAsync();
        Assert.Equal("403", await site.AskAsync());
        await site.AnnotateAsync(("sluice.dev/auth-type", "none"));
        Assert.Equal("app", await site.AskAsync());
    }

    [Fact]
    public async Task What_listens_in_the_controller_s_own_pod_is_asked_only_if_the_operator_says_so()
    {
        await using var site = await PolicySite.StartAsync("app", "auth");
        var url = $"http://{site.Pods["auth"].Address}:{site.Pods["auth"].Port}/";
        foreach (var own in new[] { url, "http://127.1/", "http://localhost:8404/", "http://a.localhost/", "http://0.0.0.0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::]/" })
        {
            var finding = Assert.Single((await site.AnnotateAsync(("sluice.dev/auth-url", own))).Findings);
            Assert.Equal((FindingCode.InvalidSetting, "metadata.annotations[sluice.dev/auth-url]"), (finding.Code, finding.Field));
            Assert.Contains("the controller's own pod", finding.Message, StringComparison.Ordinal);
            Assert.Equal("503", await site.AskAsync());
        }

        // A name tells where it leads only when it is asked.
        if (await NameOfItselfAsync() is { } name)
        {
            Assert.Empty((await site.AnnotateAsync(("sluice.dev/auth-url", $"http://{name}:{site.Pods["auth"].Port}/"))).Findings);
            Assert.Equal("503", await site.AskAsync());
        }

        Assert.Equal(0, site.Pods.Requests);
        await site.AnnotateAsync();

        Assert.Empty((await site.ConfigureAsync(("auth-url-loopback", "true"))).Findings);
        await site.AnnotateAsync(("sluice.dev/auth-url", url));
        Assert.Equal("app", await site.AskAsync());
        await site.AnnotateAsync();
        await site.ConfigureAsync(("auth-url", url));
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal(4, site.Pods.Requests);
    }

    // One that this machine's file of names has for it beside localhost; null if there is none.
    private static async Task<string?> NameOfItselfAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var lines = File.Exists("/etc/hosts") ? await File.ReadAllLinesAsync("/etc/hosts", stop) : [];
        foreach (var name in lines.Where(line => line.StartsWith("127.", StringComparison.Ordinal)).SelectMany(line => line.Split((char[])[' ', '\t'])[1..]))
        {
            if (name is not ("localhost" or "") && Array.TrueForAll(await Dns.GetHostAddressesAsync(name, stop), IPAddress.IsLoopback))
            {
                return name;
            }
        }

        return null;
    }

    private static async Task<PolicySite> StartAsync()
    {
        var site = await PolicySite.StartAsync("app", "auth");
        await site.ConfigureAsync(("auth-url-loopback", "true"));
        return site;
    }

    private static string Auth(PolicySite site) => $"http://{site.Pods["auth"].Address}:{site.Pods["auth"].Port}";
}
