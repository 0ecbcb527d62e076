using CsCheck;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Values;

public sealed class CidrTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3", "10.1.2.3/32")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:DB8:0::1", "2001:db8::1/128")]
    public void A_block_is_read_and_a_bare_address_is_a_block_of_one(string text, string expected)
    {
        Assert.True(Cidr.TryParse(text, out var block));
        Assert.Equal(expected, block.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/8")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/99999999999")]
    [InlineData("2001:db8::/129")]
    [InlineData("10")]
    [InlineData("10/8")]
    [InlineData("10.1/16")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%1")]
    [InlineData("fe80::1%0")]
    [InlineData("example.com")]
    [InlineData("10.0.0.1 if TRUE")]
    public void Every_other_spelling_is_refused(string text) => Assert.False(Cidr.TryParse(text, out _));

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_reads_as_itself() =>
        Gen.OneOf<string>(Hostile.Texts, Gen.String[Gen.Char["0123456789abcdefx.:/%[]"], 0, 20]).Sample(
            text =>
            {
                if (Cidr.TryParse(text, out var block))
                {
                    Assert.True(Cidr.TryParse(block.ToString(), out var again));
                    Assert.Equal(block, again);
                }
            },
            iter: 20_000);
}
