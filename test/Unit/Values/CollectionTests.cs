using CsCheck;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Values;

/// <summary>EquatableArray and EquatableMap: they are what they hold.</summary>
public sealed class CollectionTests
{
    private sealed record Holder(EquatableArray<int> Items, EquatableMap<string> Texts);

    private static readonly Gen<KeyValuePair<string, string>[]> Pairs =
        Gen.Select(Gen.String[Gen.Char["ab"], 0, 3], Gen.String[Gen.Char["xy"], 0, 1], KeyValuePair.Create).Array[0, 8]
            .Select(pairs => pairs.DistinctBy(pair => pair.Key).ToArray());

    [Fact]
    public void Records_that_hold_equal_content_are_equal()
    {
        var left = new Holder([1, 2], new Dictionary<string, string> { ["a"] = "x", ["b"] = "y" }.ToEquatableMap());
        var right = new Holder(new[] { 1, 2 }.ToEquatableArray(), new Dictionary<string, string> { ["b"] = "y", ["a"] = "x" }.ToEquatableMap());

        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.NotEqual(left, right with { Items = [2, 1] });
        Assert.NotEqual(left, right with { Texts = default });
    }

    [Fact]
    public void A_default_array_is_empty()
    {
        EquatableArray<int> none = default;
        Assert.Empty(none);
        Assert.Equal([], none);
        Assert.True(none == new EquatableArray<int>([]));
        Assert.Equal(new EquatableArray<int>([]).GetHashCode(), none.GetHashCode());
        Assert.Equal("[]", none.ToString());
    }

    [Fact]
    public void A_default_map_is_empty()
    {
        EquatableMap<string> none = default;
        Assert.Empty(none);
        Assert.Null(none["a"]);
        Assert.False(none.TryGetValue("a", out _));
        Assert.True(none == Array.Empty<KeyValuePair<string, string>>().ToEquatableMap());
        Assert.Equal("{}", none.ToString());
    }

    [Fact]
    public void Arrays_are_equal_exactly_if_their_items_are() => Gen.Int[0, 2].Array[0, 4].Select(Gen.Int[0, 2].Array[0, 4]).Sample((left, right) =>
    {
        var (mine, others) = (left.ToEquatableArray(), right.ToEquatableArray());
        Assert.Equal(left.SequenceEqual(right), mine == others);
        Assert.Equal(left, mine);
        Assert.True(mine != others || mine.GetHashCode() == others.GetHashCode());
    });

    [Fact]
    public void Maps_are_ordered_by_key_and_equal_exactly_if_their_entries_are() => Pairs.Select(Pairs).Sample((left, right) =>
    {
        var (mine, others) = (left.ToEquatableMap(), right.ToEquatableMap());
        Assert.Equal(left.ToHashSet().SetEquals(right), mine == others);
        Assert.Equal(left.OrderBy(pair => pair.Key, StringComparer.Ordinal), mine);
        Assert.Equal(mine, left.Reverse().ToEquatableMap());
        Assert.True(mine != others || mine.GetHashCode() == others.GetHashCode());
    });
}
