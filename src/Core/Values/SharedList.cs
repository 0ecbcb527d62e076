using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Core.Values;

/// <summary>A list that may be long and that many share: it is compared by a digest of its items, made once.</summary>
public sealed class SharedList<T> : IEquatable<SharedList<T>>
{
    public SharedList(EquatableArray<T> items)
    {
        Items = items;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(typeof(T).Name));

        // With its length before it, no item can look like two.
        foreach (var text in items.Select(item => item?.ToString() ?? ""))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $" {text.Length}:{text}")));
        }

        Digest = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public EquatableArray<T> Items { get; }

    public string Digest { get; }

    public bool Equals(SharedList<T>? other) => other is not null && other.Digest == Digest;

    public override bool Equals(object? obj) => Equals(obj as SharedList<T>);

    public override int GetHashCode() => Digest.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Digest;

    public static bool operator ==(SharedList<T>? left, SharedList<T>? right) => Equals((object?)left, right);

    public static bool operator !=(SharedList<T>? left, SharedList<T>? right) => !Equals((object?)left, right);
}
