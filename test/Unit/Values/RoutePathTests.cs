using CsCheck;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Values;

public sealed class RoutePathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a/b/", "/a/b/")]
    [InlineData("/%7euser", "/~user")]
    [InlineData("/a%3fb", "/a%3Fb")]
    [InlineData("/a b", "/a%20b")]
    [InlineData("/é", "/%C3%A9")]
    [InlineData("/%c3%a9", "/%C3%A9")]
    [InlineData("/😀", "/%F0%9F%98%80")]
    [InlineData("/a\"<>#?", "/a%22%3C%3E%23%3F")]
    [InlineData("/a!$&'()*+,;=:@", "/a!$&'()*+,;=:@")]
    [InlineData("/.a/..b/c..", "/.a/..b/c..")]
    public void A_path_is_written_as_requests_are_compared(string text, string expected)
    {
        Assert.True(RoutePath.TryParse(text, out var path, out _));
        Assert.Equal(expected, path.Value);
    }

    [Theory]
    [InlineData("", "begins with '/'")]
    [InlineData("a", "begins with '/'")]
    [InlineData("/a//b", "no '//'")]
    [InlineData("/./a", "no '//'")]
    [InlineData("/a/..", "no '//'")]
    [InlineData("/a/.", "no '//'")]
    [InlineData("/%2e%2e/a", "no '//'")]
    [InlineData("/a%2fb", "%2F")]
    [InlineData("/a%5Cb", "%5C")]
    [InlineData("/a\\b", "'\\'")]
    [InlineData("/a%00", "control characters")]
    [InlineData("/a%7f", "control characters")]
    [InlineData("/a\nb", "control characters")]
    [InlineData("/a\u0001", "control characters")]
    [InlineData("/a\u0085", "control characters")]
    [InlineData("/a%", "%-escape")]
    [InlineData("/a%4", "%-escape")]
    [InlineData("/a%zz", "%-escape")]
    [InlineData("/a% 1", "%-escape")]
    public void A_path_that_no_request_could_have_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(RoutePath.TryParse(text, out _, out var expected));
        Assert.Contains(reason, expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_has_at_most_1024_characters_when_written_out()
    {
        Assert.True(RoutePath.TryParse("/" + new string('a', 1023), out _, out _));
        Assert.False(RoutePath.TryParse("/" + new string('a', 1024), out _, out _));
        Assert.False(RoutePath.TryParse("/" + new string('é', 1000), out _, out _));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused() => Assert.False(RoutePath.TryParse("/\uD83D", out _, out _));

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_reads_as_itself() => Hostile.Texts.Select(text => "/" + text).Sample(
        text =>
        {
            if (RoutePath.TryParse(text, out var path, out var expected))
            {
                Assert.True(RoutePath.TryParse(path.Value, out var again, out _));
                Assert.Equal(path, again);
                Assert.DoesNotContain(path.Value, character => character is < '!' or > '~' or '#' or '\\' or '"' or '<' or '>' or '?' or '|');
            }
            else
            {
                Assert.NotEmpty(expected);
            }
        },
        iter: 20_000);
}
