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
    [InlineData("GET /x HTTP/1.1", null, null)]
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
    [InlineData("True", false)]
    [InlineData("1", false)]
    [InlineData("", false)]
    public void True_and_false_are_written_so(string text, bool accepted) => Assert.Equal(accepted, Kinds.Bool.Parse(text, out _));

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
    [InlineData("shop/web", false)]
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

    [Fact]
    public void No_text_makes_any_setting_throw_and_what_is_accepted_is_one_harmless_line() => Hostile.Texts.Sample(
        text => Assert.All(SettingCatalog.All, setting => Assert.True(setting.Normal(text.Trim()) is null || !text.Trim().Any(character => character is < ' ' or > '~' or '\\' or '\'' or '"' or '#'), text)),
        iter: 5_000, threads: 2);

    private static void RoundTrips<T>(ValueKind<T> kind, Gen<T> values) => values.Sample(
        value =>
        {
            Assert.True(kind.Parse(kind.Format(value), out var again), kind.Format(value));
            Assert.Equal(value, again);
        },
        iter: 300, threads: 1);
}
