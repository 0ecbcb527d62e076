using CsCheck;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Values;

public sealed class TableTests
{
    // Few keys, so that edits meet; two of them have the same hash (FNV-1a), and numbers hash as themselves.
    private static readonly string[] Names = ["liquid", "costarring", "a", "b", "", .. Enumerable.Range(0, 60).Select(i => $"host-{i}.example.com")];

    private static readonly Gen<(string Key, string? Value)[]> Edits =
        Gen.Select(Gen.OneOf(Names), Gen.OneOf<string?>(null, "x", "y", "z")).Array[0, 150];

    [Fact]
    public void A_table_holds_what_a_dictionary_would() => Edits.Sample(
        edits =>
        {
            var (table, expected) = (Table.Empty<string, string>(), new Dictionary<string, string>());
            foreach (var (key, value) in edits)
            {
                table = Edit(table, (key, value));
                if (value is null)
                {
                    expected.Remove(key);
                }
                else
                {
                    expected[key] = value;
                }
            }

            Assert.Equal(expected.Count, table.Count);
            Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), table.OrderBy(e => e.Key, StringComparer.Ordinal));
            Assert.All(Names, name => Assert.Equal(expected.GetValueOrDefault(name), table.GetValueOrDefault(name)));
            Assert.All(Names, name => Assert.Equal(expected.ContainsKey(name), table.ContainsKey(name)));
        },
        iter: 500);

    [Fact]
    public void The_changes_since_a_former_table_make_the_table_of_it() => Edits.Select(Edits).Sample(
        (before, after) =>
        {
            var former = before.Aggregate(Table.Empty<string, string>(), Edit);
            var current = after.Aggregate(former, Edit);

            var changes = current.ChangesSince(former).ToList();

            Assert.Equal(changes.Count, changes.DistinctBy(change => change.Key).Count());
            Assert.All(changes, change => Assert.Equal((former.GetValueOrDefault(change.Key), current.GetValueOrDefault(change.Key)), (change.Former, change.Current)));
            Assert.All(changes, change => Assert.NotSame(change.Former, change.Current));
            Assert.Equal(current, changes.Aggregate(former, (table, change) => Edit(table, (change.Key, change.Current))));
        },
        iter: 500);

    [Fact]
    public void Equal_entries_make_equal_tables_in_the_same_order_however_they_came_in() => Edits.Select(Gen.Shuffle(Names)).Sample(
        (edits, order) =>
        {
            var table = edits.Aggregate(Table.Empty<string, string>(), Edit);
            var again = order.Where(table.ContainsKey).Aggregate(Table.Empty<string, string>(), (all, key) => all.SetItem(key, table[key]));

            Assert.Equal(table, again);
            Assert.Equal(table.GetHashCode(), again.GetHashCode());
            Assert.Equal(table.AsEnumerable(), again.AsEnumerable());
        },
        iter: 500);

    [Fact]
    public void Tables_with_different_entries_are_not_equal() => Edits.Select(Edits).Sample(
        (left, right) =>
        {
            var (mine, others) = (left.Aggregate(Table.Empty<string, string>(), Edit), right.Aggregate(Table.Empty<string, string>(), Edit));
            Assert.Equal(mine.ToHashSet().SetEquals(others), mine.Equals(others));
        },
        iter: 500);

    [Fact]
    public void Keys_whose_hashes_are_equal_are_told_apart()
    {
        var table = Enumerable.Range(0, 50).Aggregate(Table.Empty<Colliding, string>(), (all, i) => all.SetItem(new Colliding(i), $"{i}"));
        table = table.Remove(new Colliding(7)).SetItem(new Colliding(8), "eight").Remove(new Colliding(99));

        Assert.Equal(49, table.Count);
        Assert.Null(table.GetValueOrDefault(new Colliding(7)));
        Assert.Equal(("eight", "9"), (table[new Colliding(8)], table[new Colliding(9)]));
    }

    [Fact]
    public void An_edit_that_changes_nothing_gives_back_the_same_table()
    {
        var table = Table.Empty<string, string>().SetItem("a", "x");

        Assert.Same(table, table.SetItem("a", table["a"]));
        Assert.Same(table, table.Remove("b"));
        Assert.Empty(table.ChangesSince(table));
        Assert.Throws<KeyNotFoundException>(() => table["b"]);
    }

    [Fact]
    public void An_equal_value_that_is_another_object_is_a_change_but_makes_an_equal_table()
    {
        var table = Table.Empty<string, string>().SetItem("a", "x");
        var other = table.SetItem("a", new string('x', 1));

        Assert.Single(other.ChangesSince(table));
        Assert.Equal(table, other);
    }

    [Fact]
    public void A_comparison_of_versions_that_share_parts_looks_at_few_entries()
    {
        var large = Enumerable.Range(0, 20_000).Select(i => new Counted($"{i}")).ToTable(value => value.Name);
        var changed = large.SetItem("17", new Counted("17"));
        Counted.Comparisons = 0;

        Assert.Single(changed.ChangesSince(large));
        Assert.True(changed.Equals(large));
        Assert.Equal(1, Counted.Comparisons);
    }

    private static Table<string, string> Edit(Table<string, string> table, (string Key, string? Value) edit) =>
        edit.Value is null ? table.Remove(edit.Key) : table.SetItem(edit.Key, edit.Value);

    private readonly record struct Colliding(int Number)
    {
        public override int GetHashCode() => 1;
    }

    private sealed class Counted(string name) : IEquatable<Counted>
    {
        public static int Comparisons { get; set; }

        public string Name { get; } = name;

        public bool Equals(Counted? other)
        {
            Comparisons++;
            return other?.Name == Name;
        }

        public override bool Equals(object? obj) => Equals(obj as Counted);

        public override int GetHashCode() => 0;
    }
}
