using CsCheck;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Values;

public sealed class HostnameTests
{
    [Theory]
    [InlineData("shop.example.com", "shop.example.com")]
    [InlineData("Shop.Example.COM", "shop.example.com")]
    [InlineData("shop.example.com.", "shop.example.com")]
    [InlineData("*.example.com", "*.example.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]")]
    public void A_host_is_read_in_lower_case_without_a_final_dot(string text, string expected)
    {
        Assert.True(Hostname.TryParse(text, out var host));
        Assert.Equal(expected, host.Value);
        Assert.Equal(expected, host.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("**.example.com")]
    [InlineData("a.*.example.com")]
    [InlineData("shop..com")]
    [InlineData("shop.example.com..")]
    [InlineData("-shop.example.com")]
    [InlineData("shop_1.example.com")]
    [InlineData("shop.example.com:80")]
    [InlineData("shop example.com")]
    [InlineData("shop.example.com\nevil")]
    [InlineData("bücher.example.com")]
    [InlineData("2001:db8::1")]
    [InlineData("[2001:DB8:0::1]x")]
    [InlineData("[2001:db8:0::1]")]
    [InlineData("*.[2001:db8::1]")]
    [InlineData("[10.0.0.1]")]
    public void What_is_no_host_is_refused(string text) => Assert.False(Hostname.TryParse(text, out _));

    [Fact]
    public void A_name_may_have_253_characters()
    {
        var label = new string('a', 63);
        Assert.True(Hostname.TryParse($"{label}.{label}.{label}.{label[..61]}", out _));
        Assert.False(Hostname.TryParse($"{label}.{label}.{label}.{label[..62]}", out _));
    }

    [Theory]
    [InlineData("*.example.com", "shop.example.com", true)]
    [InlineData("*.example.com", "a.shop.example.com", false)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", "*.example.com", true)]
    [InlineData("*.example.com", "*.shop.example.com", false)]
    [InlineData("shop.example.com", "shop.example.com", true)]
    [InlineData("shop.example.com", "*.example.com", false)]
    public void A_wildcard_covers_one_label(string pattern, string name, bool covers)
    {
        Assert.True(Hostname.TryParse(pattern, out var left));
        Assert.True(Hostname.TryParse(name, out var right));
        Assert.Equal(covers, left.Covers(right));
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_reads_as_itself() => Hostile.Texts.Sample(
        text =>
        {
            if (Hostname.TryParse(text, out var host))
            {
                Assert.True(Hostname.TryParse(host.Value, out var again));
                Assert.Equal(host, again);
                Assert.DoesNotContain(host.Value, character => character is < '!' or > '~' or '/' or ';' or '#' or '\\' or '\'' or '"' or '%');
            }
        },
        iter: 20_000);
}
