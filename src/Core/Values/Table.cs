using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Sluice.Core.Values;

/// <summary>
/// An immutable map that can say at once what differs from another version of it. Versions share the parts in which
/// they do not differ, so a change copies little, and a comparison looks only where parts are not the same object.
/// Values compare by reference there: an equal value that is another object is reported as a change. The order of the
/// entries is no order to speak of, but for keys of text it is the same for the same entries, always.
/// </summary>
public sealed class Table<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>, IEquatable<Table<TKey, TValue>>
    where TKey : notnull, IEquatable<TKey>
    where TValue : class
{
    private const int Fan = 64;

    // Two levels of 64, then a bucket with a handful of entries; absent parts are null.
    private readonly KeyValuePair<TKey, TValue>[]?[]?[] branches;

    private Table(KeyValuePair<TKey, TValue>[]?[]?[] branches, int count)
    {
        this.branches = branches;
        Count = count;
    }

    internal static Table<TKey, TValue> Empty { get; } = new(new KeyValuePair<TKey, TValue>[]?[]?[Fan], 0);

    public int Count { get; }

    public IEnumerable<TKey> Keys => this.Select(entry => entry.Key);

    public IEnumerable<TValue> Values => this.Select(entry => entry.Value);

    public TValue this[TKey key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"there is no {key}");

    public bool ContainsKey(TKey key) => TryGetValue(key, out _);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var (upper, lower) = Place(Hash(key));
        var bucket = branches[upper]?[lower] ?? [];
        var index = IndexOf(bucket, key);
        value = index < 0 ? null : bucket[index].Value;
        return index >= 0;
    }

    /// <summary>This table with one entry added or replaced; the same table if it already holds that very object.</summary>
    public Table<TKey, TValue> SetItem(TKey key, TValue value)
    {
        var hash = Hash(key);
        var (upper, lower) = Place(hash);
        var bucket = branches[upper]?[lower] ?? [];
        var index = IndexOf(bucket, key);
        if (index >= 0 && ReferenceEquals(bucket[index].Value, value))
        {
            return this;
        }

        var place = index >= 0 ? index : 0;
        while (index < 0 && place < bucket.Length && IsBefore(bucket[place].Key, key, hash))
        {
            place++;
        }

        var changed = new KeyValuePair<TKey, TValue>[bucket.Length + (index < 0 ? 1 : 0)];
        bucket.AsSpan(0, place).CopyTo(changed);
        changed[place] = KeyValuePair.Create(key, value);
        bucket.AsSpan(index < 0 ? place : place + 1).CopyTo(changed.AsSpan(place + 1));
        return With(upper, lower, changed, Count + (index < 0 ? 1 : 0));
    }

    /// <summary>This table without an entry; the same table if there is none.</summary>
    public Table<TKey, TValue> Remove(TKey key)
    {
        var (upper, lower) = Place(Hash(key));
        var bucket = branches[upper]?[lower] ?? [];
        var index = IndexOf(bucket, key);
        return index < 0 ? this : With(upper, lower, bucket.Length == 1 ? null : [.. bucket[..index], .. bucket[(index + 1)..]], Count - 1);
    }

    /// <summary>What came, went or was replaced since a former version, in no particular order.</summary>
    public IEnumerable<TableChange<TKey, TValue>> ChangesSince(Table<TKey, TValue> former)
    {
        for (var upper = 0; upper < Fan && !ReferenceEquals(branches, former.branches); upper++)
        {
            var (mine, theirs) = (branches[upper], former.branches[upper]);
            for (var lower = 0; lower < Fan && !ReferenceEquals(mine, theirs); lower++)
            {
                foreach (var change in Changes(theirs?[lower] ?? [], mine?[lower] ?? []))
                {
                    yield return change;
                }
            }
        }
    }

    public bool Equals(Table<TKey, TValue>? other) =>
        other is not null && Count == other.Count && ChangesSince(other).All(change => change.Former?.Equals(change.Current) == true);

    public override bool Equals(object? obj) => obj is Table<TKey, TValue> other && Equals(other);

    public override int GetHashCode() => Count;

    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()
    {
        foreach (var branch in branches)
        {
            foreach (var bucket in branch ?? [])
            {
                foreach (var entry in bucket ?? [])
                {
                    yield return entry;
                }
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static IEnumerable<TableChange<TKey, TValue>> Changes(KeyValuePair<TKey, TValue>[] former, KeyValuePair<TKey, TValue>[] current)
    {
        if (ReferenceEquals(former, current))
        {
            yield break;
        }

        foreach (var (key, value) in current)
        {
            var known = Array.Find(former, entry => entry.Key.Equals(key)).Value;
            if (!ReferenceEquals(known, value))
            {
                yield return new TableChange<TKey, TValue>(key, known, value);
            }
        }

        foreach (var (key, value) in former)
        {
            if (!Array.Exists(current, entry => entry.Key.Equals(key)))
            {
                yield return new TableChange<TKey, TValue>(key, value, null);
            }
        }
    }

    private static int IndexOf(KeyValuePair<TKey, TValue>[] bucket, TKey key)
    {
        for (var index = 0; index < bucket.Length; index++)
        {
            if (bucket[index].Key.Equals(key))
            {
                return index;
            }
        }

        return -1;
    }

    // Text hashes the same in every process (FNV-1a), so that tables by text have the same order everywhere.
    private static uint Hash(TKey key)
    {
        if (key is not string text)
        {
            return (uint)key.GetHashCode();
        }

        var hash = 2166136261;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 16777619;
        }

        return hash;
    }

    private static bool IsBefore(TKey known, TKey key, uint hash) =>
        Hash(known) is var other && (other < hash || (other == hash && string.CompareOrdinal(known as string, key as string) <= 0));

    private static (int Upper, int Lower) Place(uint hash) => ((int)((hash * 2654435769) >> 26), (int)((hash * 2654435769) >> 20) & (Fan - 1));

    private Table<TKey, TValue> With(int upper, int lower, KeyValuePair<TKey, TValue>[]? bucket, int count)
    {
        var root = branches.AsSpan().ToArray();
        var branch = root[upper].AsSpan().ToArray();
        branch = branch.Length == 0 ? new KeyValuePair<TKey, TValue>[]?[Fan] : branch;
        branch[lower] = bucket;
        root[upper] = branch;
        return new Table<TKey, TValue>(root, count);
    }
}

/// <summary>One difference between two versions of a table; a null value stands for none.</summary>
public readonly record struct TableChange<TKey, TValue>(TKey Key, TValue? Former, TValue? Current)
    where TValue : class;

/// <summary>Makes tables.</summary>
public static class Table
{
    public static Table<TKey, TValue> Empty<TKey, TValue>()
        where TKey : notnull, IEquatable<TKey>
        where TValue : class => Table<TKey, TValue>.Empty;

    public static Table<TKey, TValue> ToTable<TKey, TValue>(this IEnumerable<TValue> values, Func<TValue, TKey> key)
        where TKey : notnull, IEquatable<TKey>
        where TValue : class =>
        values.Aggregate(Empty<TKey, TValue>(), (table, value) => table.SetItem(key(value), value));
}
