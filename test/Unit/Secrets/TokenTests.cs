using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sluice.Core.Credentials;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Secrets;

/// <summary>Tokens: by which keys they are good, and until when.</summary>
public sealed class TokenTests
{
    private const string Secret = "a secret of thirty-two bytes, or more";

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] All = [.. TokenKey.Algorithms.Select(algorithm => algorithm.Name)];

    // RFC 7515, appendix A.1: the key, and the token that it signed, which expired in 2011.
    [Fact]
    public void The_token_of_the_standard_is_good_at_its_time()
    {
        var rules = Rules(Jwks("""{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"""));
        const string Token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

        Assert.NotNull(rules.Accept($"Bearer {Token}", DateTimeOffset.FromUnixTimeSeconds(1300819300)));
        Assert.Null(rules.Accept($"Bearer {Token}", Now));
        Assert.Null(rules.Accept($"Bearer {Token[..^2]}AA", DateTimeOffset.FromUnixTimeSeconds(1300819300)));
        Assert.Null(rules.Accept($"Basic {Token}", DateTimeOffset.FromUnixTimeSeconds(1300819300)));
    }

    [Theory]
    [InlineData("RS256", "RS256", true)]
    [InlineData("RS512", "RS256", false)]
    [InlineData("RS384", "RS256,RS384,HS256", true)]
    [InlineData("none", "RS256,HS256", false)]
    [InlineData("HS256", "RS256,HS256", false)]
    public void A_key_serves_for_its_own_algorithms_only(string algorithm, string allowed, bool isGood)
    {
        using var rsa = RSA.Create(2048);
        var pem = rsa.ExportSubjectPublicKeyInfoPem();
        var rules = Rules(("key", pem)) with { Algorithms = allowed.Split(',').ToEquatableArray() };
        var token = Token(algorithm, new { exp = Now.ToUnixTimeSeconds() + 60 }, signed => algorithm switch
        {
            "none" => [],
            // The oldest trick: the public key as the secret.
            "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(pem), signed),
            _ => rsa.SignData(signed, Hash(algorithm), RSASignaturePadding.Pkcs1),
        });

        Assert.Equal(isGood, rules.Accept(token, Now) is not null);
        Assert.Equal(isGood, TokenRules.Parse(rules.ToText())!.Accept(token, Now) is not null);
    }

    [Theory]
    [InlineData("ES256", "P-256")]
    [InlineData("ES384", "P-384")]
    [InlineData("ES512", "P-521")]
    public void Keys_of_a_set_are_found_by_their_names(string algorithm, string curve)
    {
        using var key = ECDsa.Create(algorithm switch { "ES256" => ECCurve.NamedCurves.nistP256, "ES384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 });
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var rules = Rules(Jwks($$"""{"kty":"EC","crv":"{{curve}}","kid":"one","x":"{{Text(point.X!)}}","y":"{{Text(point.Y!)}}"}"""));

        Assert.NotNull(rules.Accept(Signed(key, "one"), Now));
        Assert.NotNull(rules.Accept(Signed(key, null), Now));
        Assert.Null(rules.Accept(Signed(key, "two"), Now));
        Assert.Null(rules.Accept(Signed(other, "one"), Now));

        string Signed(ECDsa signer, string? id) =>
            Token(algorithm, new { exp = Now.ToUnixTimeSeconds() + 60 }, signed => signer.SignData(signed, Hash(algorithm), DSASignatureFormat.IeeeP1363FixedFieldConcatenation), id);
    }

    [Theory]
    [InlineData("""{"exp":29,"iss":"me","aud":"shop"}""", true)]
    [InlineData("""{"exp":-29,"iss":"me","aud":["other","shop"]}""", true)]
    [InlineData("""{"exp":-31,"iss":"me","aud":"shop"}""", false)]
    [InlineData("""{"exp":9,"nbf":29,"iss":"me","aud":"shop"}""", true)]
    [InlineData("""{"exp":99,"nbf":31,"iss":"me","aud":"shop"}""", false)]
    [InlineData("""{"iss":"me","aud":"shop"}""", false)]
    [InlineData("""{"exp":"9","iss":"me","aud":"shop"}""", false)]
    [InlineData("""{"exp":9,"iss":"you","aud":"shop"}""", false)]
    [InlineData("""{"exp":9,"aud":"shop"}""", false)]
    [InlineData("""{"exp":9,"iss":"me","aud":"shops"}""", false)]
    [InlineData("""{"exp":9,"iss":"me"}""", false)]
    [InlineData("""["exp"]""", false)]
    public void What_a_token_claims_must_be_so(string claims, bool isGood)
    {
        var rules = Rules(("key", Secret + "\n")) with { Issuer = "me", Audience = "shop" };
        var since = System.Text.RegularExpressions.Regex.Replace(
            claims, "(?<=\"(exp|nbf)\":)-?[0-9]+", match => $"{Now.ToUnixTimeSeconds() + int.Parse(match.Value)}", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        Assert.Equal(isGood, rules.Accept(Token("HS256", since), Now) is not null);
    }

    [Fact]
    public void What_must_be_understood_is_not()
    {
        var head = Text("""{"alg":"HS256","crit":["b64"],"b64":false}"""u8.ToArray());
        var payload = Text(Encoding.ASCII.GetBytes($$"""{"exp":{{Now.ToUnixTimeSeconds() + 60}}}"""));
        var signature = HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), Encoding.ASCII.GetBytes($"{head}.{payload}"));

        Assert.Null(Rules(("key", Secret)).Accept($"Bearer {head}.{payload}.{Text(signature)}", Now));
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer ..")]
    [InlineData("Bearer e30.e30.")]
    [InlineData("Bearer bnVsbA.bnVsbA.bnVsbA")]
    [InlineData("Bearer e30.e30.e30.e30")]
    public void What_is_no_token_is_refused(string header) => Assert.Null(Rules(("key", Secret)).Accept(header, Now));

    [Fact]
    public void Keys_that_cannot_be_used_are_told_and_no_key_stands_there()
    {
        using var small = RSA.Create(1024);
        using var rsa = RSA.Create(2048);
        Assert.Equal("key key", Problem(("key", "short secret")));
        Assert.Equal("key key", Problem(("key", small.ExportSubjectPublicKeyInfoPem())));
        Assert.Equal("key key", Problem(("key", rsa.ExportPkcs8PrivateKeyPem())));
        Assert.Equal("key key", Problem(("key", "-----BEGIN PUBLIC KEY-----\nsecret")));
        Assert.Equal("key jwks", Problem(("jwks", "secret")));
        Assert.Equal("key jwks, keys[0]", Problem(Jwks("""{"kty":"oct","k":"c2VjcmV0"}""")));
        Assert.Equal("key jwks, keys[0]", Problem(Jwks("""{"kty":"OKP","crv":"Ed25519","x":"c2VjcmV0"}""")));
        Assert.Equal("expected a key jwks or a key key", Problem(("other", "x")));

        static string Problem((string, string) entry)
        {
            var problems = new List<string>();
            Assert.Empty(TokenKeys.Read(Map(entry), problems));
            var problem = Assert.Single(problems);
            Assert.DoesNotContain("secret\"", problem, StringComparison.Ordinal);
            return problem.Split(": ")[0];
        }
    }

    [Theory]
    [InlineData("""{"sub":"ann","n":7,"b":true,"roles":["a","b c"],"gone":null,"none":[]}""", "x-sub: ann|x-n: 7|x-b: true|x-roles: a,b c")]
    [InlineData("""{"sub":"zoë"}""", "x-sub: zo\u00C3\u00AB")]
    [InlineData("{}", "")]
    [InlineData("""{"sub":"a\nb"}""", null)]
    [InlineData("""{"sub":" a"}""", null)]
    [InlineData("""{"sub":{}}""", null)]
    [InlineData("""{"roles":["a,b"]}""", null)]
    [InlineData("""{"roles":[["a"]]}""", null)]
    public void Claims_become_headers_where_they_can_be_told_without_doubt(string token, string? expected)
    {
        using var claims = JsonDocument.Parse(token);
        string[] wanted = ["sub", "n", "b", "roles", "gone", "none"];

        var headers = ClaimText.Of(claims.RootElement, wanted.Select(claim => new ClaimHeader(claim, $"x-{claim}")));

        Assert.Equal(expected, headers is null ? null : string.Join('|', headers.Select(header => $"{header.Name}: {header.Value}")));
    }

    [Fact]
    public void Names_that_differ_in_what_is_no_letter_are_twins()
    {
        Assert.Empty(HeaderTwins.Folded("user"));
        Assert.Equal(["X_Auth-User", "X-Auth_User", "X_Auth_User"], HeaderTwins.Folded("X-Auth-User"));
        Assert.Equal(["a-b-c", "a_b-c", "a_b_c"], HeaderTwins.Folded("a-b_c"));
        Assert.Equal(["a_b_c_d_e"], HeaderTwins.Folded("a-b-c-d-e"));
        Assert.Equal(["x_user", "x.user", "x-team_"], HeaderTwins.Of(["x-user", "x_team_"], ["x-user", "x_user", "x.user", "xauser", "x-users", "x-team_", "x_user"]));
    }

    private static TokenRules Rules((string Key, string Value) entry) => new(All.ToEquatableArray(), "", "", [], TokenKeys.Read(Map(entry), []).ToEquatableArray());

    private static EquatableMap<Sensitive> Map((string Key, string Value) entry) => new Dictionary<string, Sensitive> { [entry.Key] = new(entry.Value) }.ToEquatableMap();

    private static (string, string) Jwks(params string[] keys) => ("jwks", $$"""{"keys":[{{string.Join(',', keys)}}]}""");

    private static string Token(string algorithm, string claims) => Token(algorithm, Encoding.UTF8.GetBytes(claims), signed => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), signed), null);

    private static string Token(string algorithm, object claims, Func<byte[], byte[]> sign, string? id = null) => Token(algorithm, JsonSerializer.SerializeToUtf8Bytes(claims), sign, id);

    private static string Token(string algorithm, byte[] claims, Func<byte[], byte[]> sign, string? id)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(id is null ? (object)new { alg = algorithm } : new { alg = algorithm, kid = id });
        var signed = $"{Text(head)}.{Text(claims)}";
        return $"Bearer {signed}.{Text(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static HashAlgorithmName Hash(string algorithm) => TokenKey.Algorithms.Single(known => known.Name == algorithm).Hash;

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
