using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>
/// Entries of maps that belong together: the values of a policy, or a list that policies share; or a file for the agent. Its name is made from its
/// content and begins the key of each entry, so it comes and goes as a whole and never changes; what uses it is turned to
/// another one in a single step.
/// </summary>
public sealed class DataSet : IEquatable<DataSet>
{
    private readonly Lazy<EquatableArray<MapEntry>> entries;

    private DataSet(MapName map, string name, Func<IEnumerable<(string Key, string Value)>> content)
    {
        Name = name;
        entries = new Lazy<EquatableArray<MapEntry>>(() => content().Select(entry => new MapEntry(map, $"{name}:{entry.Key}", entry.Value)).ToEquatableArray());
    }

    public string Name { get; }

    public EquatableArray<MapEntry> Entries => entries.Value;

    /// <summary>What is for the agent and not for a map: a file of its own, which has the set's name.</summary>
    public AgentData? File { get; private init; }

    /// <summary>A set with a name of its own, made from these keys and values.</summary>
    /// <param name="map">Where the entries stand.</param>
    /// <param name="entries">Keys below the set's name, and values. No entry can stand twice.</param>
    public static DataSet Of(MapName map, IReadOnlyCollection<(string Key, string Value)> entries)
    {
        var text = new StringBuilder().Append(map).Append('\n');
        foreach (var (key, value) in entries)
        {
            text.Append(key).Append(' ').Append(value).Append('\n');
        }

        return Of(map, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))), () => entries);
    }

    /// <summary>A set that may be large: its entries are made only where they are asked for.</summary>
    /// <param name="map">Where the entries stand.</param>
    /// <param name="digest">A digest of what they are made from.</param>
    /// <param name="entries">Keys below the set's name, and values.</param>
    public static DataSet Of(MapName map, string digest, Func<IEnumerable<(string Key, string Value)>> entries) => new(map, digest[..16], entries);

    /// <summary>A set for the agent.</summary>
    public static DataSet Of(AgentData data) => new(MapName.Policies, data.Name, () => []) { File = data };

    public bool Equals(DataSet? other) => other is not null && other.Name == Name;

    public override bool Equals(object? obj) => Equals(obj as DataSet);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;
}

/// <summary>A set, and how many hosts use it.</summary>
public sealed record UsedSet(DataSet Set, int Uses);
