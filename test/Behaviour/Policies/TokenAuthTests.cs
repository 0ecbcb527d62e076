using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>Tokens that clients bring: jwt-secret and what belongs to it.</summary>
public sealed class TokenAuthTests
{
    private const string Key = "a secret of thirty-two bytes, or more";

    [Fact]
    public async Task A_good_token_lets_in_as_keys_and_rules_change()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Opaque("keys", ("key", Key)));
        await site.AnnotateAsync(("sluice.dev/jwt-secret", "keys"));
        var worker = await site.Sluice.Master.WorkerPidAsync();

        var refused = await site.GetAsync();
        Assert.Equal((401, "Bearer"), (refused.Status, refused["WWW-Authenticate"]));
        refused = await site.GetAsync("/", Token(Key, -60));
        Assert.Equal((401, "Bearer error=\"invalid_token\""), (refused.Status, refused["WWW-Authenticate"]));
        Assert.Equal("app", await site.AskAsync("/", Token(Key, 60)));
        Assert.Equal("401", await site.AskAsync("/", Token(Key, 60), Token(Key, 60)));
        Assert.Equal("401", await site.AskAsync("/", Token(Key + "x", 60)));

        await site.AnnotateAsync(("sluice.dev/jwt-secret", "keys"), ("sluice.dev/jwt-issuer", "https://me.test/"), ("sluice.dev/jwt-audience", "shop"));
        Assert.Equal(["401", "app"], [await site.AskAsync("/", Token(Key, 60)), await site.AskAsync("/", Token(Key, 60, ",\"iss\":\"https://me.test/\",\"aud\":[\"shop\"]"))]);

        await site.AnnotateAsync(("sluice.dev/jwt-secret", "keys"));
        await site.PutAsync(Opaque("keys", ("key", Key + "x")));
        Assert.Equal(["401", "app"], [await site.AskAsync("/", Token(Key, 60)), await site.AskAsync("/", Token(Key + "x", 60))]);

        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
    }

    [Fact]
    public async Task Pods_see_claims_as_headers_which_nobody_can_forge()
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "HAProxy changes headers that are data from 3.4 on.");
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Opaque("keys", ("key", Key)));
        (string, string) keys = ("sluice.dev/jwt-secret", "keys");
        await site.AnnotateAsync(keys, ("sluice.dev/jwt-claims-to-headers", "sub X-User, https://me.test/roles X-Roles"));
        var worker = await site.Sluice.Master.WorkerPidAsync();
        string[] forged = ["X-User: me", "X_User: me", "X-Roles: admin", "x.roles: admin", "Connection: X-User"];

        var seen = (await site.GetAsync("/", [Token(Key, 60, ",\"sub\":\"ann\",\"https://me.test/roles\":[\"a\",\"b\"]"), .. forged])).Echo;
        Assert.Equal(("ann", "a,b", null, null, null), (seen["x-user"], seen["x-roles"], seen["x_user"], seen["x.roles"], seen["connection"]));
        seen = (await site.GetAsync("/", [Token(Key, 60), .. forged])).Echo;
        Assert.Equal((null, null, null), (seen["x-user"], seen["x-roles"], seen["x_user"]));
        Assert.Equal("503", await site.AskAsync("/", Token(Key, 60, ",\"sub\":{}")));
        Assert.Equal("401", await site.AskAsync("/", forged));

        await site.AnnotateAsync(keys, ("sluice.dev/jwt-claims-to-headers", "sub X-Subject"));
        seen = (await site.GetAsync("/", [Token(Key, 60, ",\"sub\":\"ann\""), .. forged])).Echo;
        Assert.Equal(("ann", "me"), (seen["x-subject"], seen["x-user"]));
        await site.AnnotateAsync(keys);
        Assert.Null((await site.GetAsync("/", Token(Key, 60, ",\"sub\":\"ann\""))).Echo["x-subject"]);
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
    }

    [Theory]
    [InlineData("jwt-secret", "Keys!", Invalid)]
    [InlineData("jwt-secret", "nothing", None)]
    [InlineData("jwt-secret", "short", None)]
    [InlineData("jwt-algorithms", "HS256,none", Invalid)]
    [InlineData("jwt-algorithms", "RS256", Invalid)]
    [InlineData("jwt-issuer", "a b", Invalid)]
    [InlineData("jwt-claims-to-headers", "sub", Invalid)]
    [InlineData("jwt-claims-to-headers", "sub Host", Invalid)]
    [InlineData("jwt-claims-to-headers", "sub X-User,email X-User", Invalid)]
    public async Task What_cannot_be_set_up_lets_nobody_in(string name, string value, string code)
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Opaque("keys", ("key", Key)), Opaque("short", ("key", "short")));

        var change = await site.AnnotateAsync([.. name == "jwt-secret" ? [] : new[] { ("sluice.dev/jwt-secret", "keys") }, ($"sluice.dev/{name}", value)]);

        Assert.Equal("503", await site.AskAsync("/", Token(Key, 60)));
        Assert.Contains((code, $"metadata.annotations[sluice.dev/{name}]"), change.Findings.Select(finding => (finding.Code.Id, finding.Field)));
    }

    private const string Invalid = nameof(FindingCode.InvalidSetting);
    private const string None = nameof(FindingCode.NoCredentials);

    private static string Token(string key, int seconds, string more = "")
    {
        var signed = $"{Text("""{"alg":"HS256"}""")}.{Text($$"""{"exp":{{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds}}{{more}}}""")}";
        return $"Authorization: Bearer {signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Text(string json) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(json));
}
