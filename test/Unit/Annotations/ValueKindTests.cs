using System.Net;
using CsCheck;
using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Annotations;

public sealed class ValueKindTests
{
    private static readonly Gen<NamespacedName> ObjectName = Gen.Select(
        Gen.OneOf("a", "a-b", "1"), Gen.OneOf("web", "web.tls", "0"), (scope, name) => new NamespacedName(scope, name));

    private static readonly Gen<Cidr> Block = Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes)).Select(Gen.Int[0, 32], (address, length) => new Cidr(address, length));

    private static readonly Gen<Cidr> Block6 = Gen.Byte.Array[16].Select(bytes => new IPAddress(bytes)).Select(Gen.Int[0, 128], (address, length) => new Cidr(address, length));

    [Fact]
    public void What_a_kind_writes_it_reads_back_as_the_same()
    {
        RoundTrips(Kinds.Bool, Gen.Bool);
        RoundTrips(Kinds.Number(0, 70), Gen.Int[0, 70]);
        RoundTrips(Kinds.ObjectName, ObjectName.Select(name => (NamespacedName?)name));
        RoundTrips(Kinds.ServicePort, ObjectName.Select(Gen.OneOf("80", "65535", "http", "a-1"), (name, port) => (ServicePortName?)new ServicePortName(name, port)));
        RoundTrips(Kinds.CidrList, Gen.OneOf<Cidr>(Block, Block6).Array[0, 4].Select(blocks => blocks.ToEquatableArray()));
        RoundTrips(Kinds.Size, Gen.Long[0, 1L << 39].Select(Gen.OneOf(1L, 1L << 10, 1L << 20), (bytes, factor) => (long?)(bytes / factor * factor)));
        RoundTrips(RateLimits.Period.Kind, Gen.Int[1, 864_000].Select(tenths => TimeSpan.FromMilliseconds(100 * tenths)));
        RoundTrips(RateLimits.By.Kind, Gen.OneOf(CountKey.Client, new CountKey(CountKind.Ingress), new CountKey(CountKind.Header, "x-key_1")));
        RoundTrips(Upstream.RetryOn.Kind, Gen.OneOf<EquatableArray<string>>(Gen.Const<EquatableArray<string>>(["conn-failure"]), Gen.Const<EquatableArray<string>>(["401", "503"])));
        RoundTrips(Paths.PathType.Kind, Gen.OneOf(PathMatchKind.Begin, PathMatchKind.Prefix, PathMatchKind.Exact, PathMatchKind.Regex));
    }

    [Theory]
    [InlineData("header:X-User", "header:X-User")]
    [InlineData("header:", null)]
    [InlineData("header:a|b", null)]
    [InlineData("hdr(X-User)", null)]
    [InlineData("static-rr", null)]
    public void Balancing_is_written_so(string text, string? expected) => Assert.Equal(expected, Balancing.LoadBalance.Normal(text));

    [Theory]
    [InlineData("hdr(X-User)", "header:X-User")]
    [InlineData("url_param id", "query:id")]
    [InlineData("static-rr", "roundrobin")]
    [InlineData("random(2)", "random")]
    [InlineData("uri", "uri")]
    [InlineData("hdr(a b)", null)]
    [InlineData("rdp-cookie", null)]
    [InlineData("header:X", null)]
    public void Balancing_of_others_is_written_in_our_way(string text, string? expected) => Assert.Equal(expected, Balancing.LoadBalance.Aliases[0].Normal(text));

    [Theory]
    [InlineData("/x", "GET /x", "OPTIONS /x")]
    [InlineData("HEAD /x?a=%20", "HEAD /x?a=%20", "HEAD /x?a=%20")]
    [InlineData("DELETE /x", null, null)]
    [InlineData("GET x", null, null)]
    [InlineData("GET /x|y", null, null)]
    [InlineData("GET /x HTTP/1.1", "GET /x", "GET /x")]
    [InlineData("/x HTTP/1.0", "GET /x", "OPTIONS /x")]
    [InlineData("GET /x HTTP/1.1\r\nHost: App.test", "GET /x HTTP/1.1 Host:app.test", "GET /x HTTP/1.1 Host:app.test")]
    [InlineData(@"HEAD /x HTTP/1.1\r\nHost:\ app.test", "HEAD /x HTTP/1.1 Host:app.test", "HEAD /x HTTP/1.1 Host:app.test")]
    [InlineData("GET /x HTTP/1.1 Host:app.test", "GET /x HTTP/1.1 Host:app.test", "GET /x HTTP/1.1 Host:app.test")]
    [InlineData("GET /x HTTP/2", null, null)]
    [InlineData("GET /x HTTP/1.1 Host: a..b", null, null)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nX-Y: z", null, null)]
    public void A_check_is_a_method_and_a_path(string text, string? ours, string? theirs) =>
        Assert.Equal((ours, theirs), (Checks.CheckHttp.Normal(text), Checks.CheckHttp.Aliases[0].Normal(text)));

    [Theory]
    [InlineData("5000", "5s")]
    [InlineData("1500", "1500ms")]
    [InlineData("2m", "2m")]
    [InlineData("2 m", null)]
    public void A_number_alone_in_the_ConfigMap_is_milliseconds(string text, string? expected) =>
        Assert.Equal(expected, SettingCatalog.Place("timeout-server", Scopes.Global)!.Normal(text));

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", true)]
    [InlineData("True", true)]
    [InlineData("1", true)]
    [InlineData("0", true)]
    [InlineData("on", false)]
    [InlineData("", false)]
    public void True_and_false_are_written_so(string text, bool accepted) => Assert.Equal(accepted, Kinds.Bool.Parse(text, out _));

    [Theory]
    [InlineData("on", "true")]
    [InlineData("enabled", "true")]
    [InlineData("off", "false")]
    [InlineData("disabled", "false")]
    [InlineData("T", "true")]
    [InlineData("yes", null)]
    public void Haproxy_org_has_switches_beside_them(string text, string? expected) =>
        Assert.Equal((expected, expected), (SettingCatalog.Place("haproxy.org/check", Scopes.Ingress)!.Normal(text), SettingCatalog.Place("cors-enable", Scopes.Global)!.Normal(text)));

    [Theory]
    [InlineData("http-server-close", "true", "http-server-close")]
    [InlineData("http-server-close", "false", "http-keep-alive")]
    [InlineData("http-keep-alive", "on", "http-keep-alive")]
    [InlineData("http-connection-mode", "httpclose", "httpclose")]
    [InlineData("http-connection-mode", "close", null)]
    [InlineData("maxconn", "20000", "20000")]
    [InlineData("auth-type", "basic", "basic-auth")]
    [InlineData("ssl-certificate", "web/tls", "web/tls")]
    [InlineData("ssl-certificate", "tls", null)]
    [InlineData("default-backend-service", "web/fallback", "web/fallback")]
    public void Keys_of_haproxy_org_in_the_ConfigMap_are_written_in_our_way(string key, string text, string? expected) =>
        Assert.Equal(expected, SettingCatalog.Place(key, Scopes.Global)!.Normal(text));

    [Theory]
    [InlineData("10", true)]
    [InlineData("1000000", true)]
    [InlineData("9", false)]
    [InlineData("1000001", false)]
    [InlineData("99999999999", false)]
    [InlineData("-10", false)]
    [InlineData("+10", false)]
    [InlineData("010", false)]
    [InlineData("1e3", false)]
    [InlineData("10k", false)]
    [InlineData("", false)]
    public void A_number_of_connections_is_a_plain_one(string text, bool accepted) => Assert.Equal(accepted, Globals.MaxConnections.Normal(text) is not null);

    [Theory]
    [InlineData("shop/web:80", true)]
    [InlineData("shop/web:http", true)]
    [InlineData("shop/web:0", false)]
    [InlineData("shop/web:65536", false)]
    [InlineData("shop/web:080", false)]
    [InlineData("shop/web:+80", false)]
    [InlineData("shop/web: 80", false)]
    [InlineData("shop/web:-1", false)]
    [InlineData("shop/web:", false)]
    [InlineData("shop/web", true)]
    [InlineData("web", false)]
    [InlineData("web:80", false)]
    [InlineData(":80", false)]
    [InlineData("a/b/c:80", false)]
    [InlineData("Shop/web:80", false)]
    public void A_service_port_has_a_namespace_a_name_and_a_port(string text, bool accepted) => Assert.Equal(accepted, Kinds.ServicePort.Parse(text, out _));

    [Theory]
    [InlineData("", 0)]
    [InlineData(" , ", 0)]
    [InlineData("10.0.0.0/8", 1)]
    [InlineData("10.0.0.0/8, ::1 ,192.0.2.1", 3)]
    [InlineData("10.0.0.0/8 192.0.2.1", -1)]
    [InlineData("10.0.0.0/8,x", -1)]
    [InlineData("10/8", -1)]
    public void Blocks_are_separated_by_commas(string text, int count) =>
        Assert.Equal(count, Kinds.CidrList.Parse(text, out var blocks) ? blocks.Count : -1);

    // These reach HAProxy as patterns of our subset, or in base64, or the agent as a line of a file: InjectionTests.
    private static readonly Setting[] Coded =
    [
        Headers.RequestSet, Headers.RequestAdd, Headers.RequestRemove, Headers.ResponseSet, Headers.ResponseAdd, Headers.ResponseRemove,
        Rewriting.PathRewrite, Rewriting.StripPrefix, Rewriting.AddPrefix, Redirects.AppRoot, Redirects.RequestRedirect, Cors.AllowOrigin, Availability.MaintenanceMessage,
        Auth.Realm, ExternalAuth.Url, ExternalAuth.SignIn, ExternalAuth.RequestHeaders, ExternalAuth.ResponseHeaders, Tokens.Issuer, Tokens.Audience, Tokens.Claims,
    ];
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("100", 100L)]
    [InlineData("512k", 524_288L)]
    [InlineData("10M", 10_485_760L)]
    [InlineData("1000g", 1_073_741_824_000L)]
    [InlineData("1001g", null)]
    [InlineData("10mb", null)]
    [InlineData("1.5m", null)]
    [InlineData("-1", null)]
    [InlineData("m", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("", null)]
    public void A_size_is_a_number_with_a_unit(string text, long? bytes) => Assert.Equal(bytes, Kinds.Size.Parse(text, out var size) ? size : null);

    [Theory]
    [InlineData("header:X-API-Key", true)]
    [InlineData("client", true)]
    [InlineData("header:", false)]
    [InlineData("header:a b", false)]
    [InlineData("header:a|b", false)]
    [InlineData("route", false)]
    public void What_is_counted_together_is_a_word_or_a_header(string text, bool accepted) => Assert.Equal(accepted, RateLimits.By.Normal(text) is not null);

    [Fact]
    public void No_text_makes_any_setting_throw_and_what_is_accepted_is_one_harmless_line_or_is_coded() => Hostile.Texts.Sample(
        text => Assert.All(SettingCatalog.All.Except([Snippets.Global, Snippets.Defaults, Snippets.Frontend, Snippets.Backend]), setting =>
        {
            var forbidden = Coded.Contains(setting) ? "" : "\n\\'\"#";
            Assert.True(setting.Normal(text.Trim()) is not { } normal || !normal.Any(c => (char.IsControl(c) && c != '\n') || forbidden.Contains(c, StringComparison.Ordinal)
                || (c > '~' && setting != Availability.MaintenanceMessage)), text);
        }),
        iter: 5_000, threads: 2);

    [Theory]
    [InlineData("X-A b", "x-a b")]
    [InlineData("X-A   b  c ", "x-a b  c")]
    [InlineData("\r\n X-A b\r\n\r\nX-B\tc\n", "x-a b\nx-b c")]
    [InlineData("X-A é", null)]
    [InlineData("X-A", null)]
    [InlineData("X-A: b", null)]
    [InlineData("X-A b\rX-B c", null)]
    [InlineData("X-A %[src]", null)]
    [InlineData("", null)]
    public void Headers_are_written_in_lines(string text, string? normal) => Assert.Equal(normal, Headers.RequestSet.Normal(text));

    [Theory]
    [InlineData("/v2", "(.*) /v2")]
    [InlineData(@"(.*)  /v2\1", @"(.*) /v2\1")]
    [InlineData(@"^/(a|b)/(.*)$ /\2/\1", @"^/(a|b)/(.*)$ /\2/\1")]
    [InlineData(@"(.*) \1/v2", @"(.*) \1/v2")]
    [InlineData(@"(.*) /v2\2", null)]
    [InlineData(@"(.*) /%2\1", null)]
    [InlineData(@"(.*) /\\1", null)]
    [InlineData("/a/b /c d", null)]
    [InlineData("v2", null)]
    [InlineData(@"(?=a) /v2", null)]
    public void Rewriting_is_written_in_lines(string text, string? normal) => Assert.Equal(normal, Rewriting.PathRewrite.Normal(text));

    [Theory]
    [InlineData("10.0.0.0/8, configmap:list ,configmap:lists/office,configmap:lists/office/berlin,patterns/a.b_c", true)]
    [InlineData("configmap:", false)]
    [InlineData("configmap:a/b/c/d", false)]
    [InlineData("configmap:a//c", false)]
    [InlineData("configmap:a/b/c d", false)]
    [InlineData("configmap:../b", false)]
    [InlineData("configmap:A", false)]
    [InlineData("patterns/", false)]
    [InlineData("patterns/../x", false)]
    [InlineData(",", false)]
    public void Lists_are_blocks_and_places_of_blocks(string text, bool accepted) => Assert.Equal(
        accepted ? text.Replace(" ", "", StringComparison.Ordinal) : null, Access.AllowList.Normal(text));

    [Theory]
    [InlineData("option httplog\n\thttp-request deny if { path /x }\n\n", true)]
    [InlineData("option httplog\n  backend x", false)]
    [InlineData("listen", false)]
    [InlineData("a\u0007b", false)]
    public void Snippets_begin_no_section(string text, bool accepted) => Assert.Equal(accepted, Snippets.Frontend.Normal(text) is not null);

    private static void RoundTrips<T>(ValueKind<T> kind, Gen<T> values) => values.Sample(
        value =>
        {
            Assert.True(kind.Parse(kind.Format(value), out var again), kind.Format(value));
            Assert.Equal(value, again);
        },
        iter: 300, threads: 1);
}
