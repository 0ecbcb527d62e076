using CsCheck;
using Sluice.Core.Haproxy;
using Xunit;

namespace Sluice.Unit.Haproxy;

/// <summary>Databases of countries in MaxMind's format.</summary>
public sealed class CountryDatabaseTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void Networks_are_written_with_their_countries_and_those_side_by_side_as_one(int recordSize)
    {
        var file = new MaxMindFile(recordSize).Add("127.0.0.0/8", "DE").Add("10.0.0.0/9", "FR").Add("10.128.0.0/9", "FR").Add("192.0.2.0/25", "CH").Add("192.0.2.128/25", "AT")
            .Add("2001:db8::/32", "US").Add("::1:0:0/96", "IT").Add("198.51.100.0/24", "X1").Alias("::ffff:0:0/96", "::/96").Alias("2002::/16", "::/96");
        Assert.Equal(
            [
                "10.0.0.0/8 fr", "127.0.0.0/8 de", "192.0.2.0/25 ch", "192.0.2.128/25 at", "2001:db8::/32 us", "255.255.255.255 known", "::1:0:0/96 it",
            ],
            Lines(file.ToArray()));
    }

    [Fact]
    public void A_tree_of_IPv4_and_the_fields_of_others_are_read() => Assert.Equal(
        ["0.0.0.0/1 nl", "128.0.0.0/2 be", "255.255.255.255 known"],
        Lines(new MaxMindFile(version: 4).AddText("0.0.0.0/1", "country", "NL").AddText("128.0.0.0/2", "country_code", "BE").AddText("192.0.0.0/2", "city", "LU").ToArray()));

    [Fact]
    public void What_is_no_database_or_holds_no_country_is_refused()
    {
        Assert.Contains("no database", Problem([]), StringComparison.Ordinal);
        Assert.Contains("no database", Problem("127.0.0.0/8,DE"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("another version", Problem(new MaxMindFile().Add("127.0.0.0/8", "DE").ToArray(formatVersion: 3)), StringComparison.Ordinal);
        Assert.Contains("no networks", Problem(new MaxMindFile().AddText("127.0.0.0/8", "city", "DE").ToArray()), StringComparison.Ordinal);
        Assert.Contains("circle", Problem(new MaxMindFile(version: 4).Add("127.0.0.0/8", "DE").Alias("64.0.0.0/3", "64.0.0.0/2").ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_of_any_kind_is_told_and_never_more()
    {
        var good = new MaxMindFile(28).Add("127.0.0.0/8", "DE").Add("10.0.0.0/9", "FR").Add("2001:db8::/32", "US").Alias("::ffff:0:0/96", "::/96").ToArray();
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length - 1]).Sample(
            (place, value, cut) =>
            {
                var file = good.ToArray();
                file[place] = value;
                Read(file);
                Read(file[..cut]);
                Read(file[cut..]);
            },
            iter: 3_000, threads: 2);

        static void Read(byte[] file)
        {
            try
            {
                CountryDatabase.Parse(file);
            }
            catch (InvalidDataException)
            {
                // Told.
            }
        }
    }

    private static string[] Lines(byte[] file) => [.. CountryDatabase.Parse(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static string Problem(byte[] file) => Assert.Throws<InvalidDataException>(() => CountryDatabase.Parse(file)).Message;
}
