using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sluice.Core.Values;

/// <summary>An immutable map from text that compares by content and is ordered by key.</summary>
public readonly struct EquatableMap<T>(ImmutableSortedDictionary<string, T> entries)
    : IEquatable<EquatableMap<T>>, IReadOnlyCollection<KeyValuePair<string, T>>
{
    private static readonly ImmutableSortedDictionary<string, T> None =
        ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);

    private readonly ImmutableSortedDictionary<string, T>? entries = entries;

    private ImmutableSortedDictionary<string, T> Entries => entries ?? None;

    public int Count => Entries.Count;

    public T? this[string key] => Entries.TryGetValue(key, out var value) ? value : default;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => Entries.TryGetValue(key, out value);

    public bool Equals(EquatableMap<T> other) =>
        ReferenceEquals(Entries, other.Entries)
        || (Count == other.Count && Entries.All(entry => other.TryGetValue(entry.Key, out var value) && EqualityComparer<T>.Default.Equals(entry.Value, value)));

    public override bool Equals(object? obj) => obj is EquatableMap<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (key, value) in Entries)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => $"{{{string.Join(", ", Entries.Select(e => $"{e.Key}: {e.Value}"))}}}";

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => Entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public static bool operator ==(EquatableMap<T> left, EquatableMap<T> right) => left.Equals(right);

    public static bool operator !=(EquatableMap<T> left, EquatableMap<T> right) => !left.Equals(right);
}

/// <summary>Builds <see cref="EquatableMap{T}"/> from other collections.</summary>
public static class EquatableMap
{
    public static EquatableMap<T> ToEquatableMap<T>(this IEnumerable<KeyValuePair<string, T>> entries) =>
        new(ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, entries));
}
