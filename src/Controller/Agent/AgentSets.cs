using System.Collections.Concurrent;
using System.Text;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Controller.Agent;

/// <summary>
/// What there is to know for policies: each set is read once from its file, whose name is made from its content, and kept.
/// A file that is not there, or holds something else, is no set.
/// </summary>
internal sealed class AgentSets(string folder)
{
    private const int MostKept = 4096;
    private const int LargestFile = 4 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, object> kept = new(StringComparer.Ordinal);

    /// <summary>A set by its name; null if there is none of that kind.</summary>
    /// <param name="name">The name, as HAProxy gives it.</param>
    /// <param name="parse">Reads the text of such a set; null if it is of another kind.</param>
    public T? Find<T>(string? name, Func<string, T?> parse)
        where T : class
    {
        if (name is null || !AgentData.IsName(name))
        {
            return null;
        }

        if (kept.TryGetValue(name, out var known))
        {
            return known as T;
        }

        var set = Read(name) is { } text ? parse(text) : null;
        if (set is not null)
        {
            if (kept.Count >= MostKept)
            {
                kept.Clear();
            }

            kept[name] = set;
        }

        return set;
    }

    private string? Read(string name)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, name));
            if (!file.Exists || file.Length > LargestFile)
            {
                return null;
            }

            var text = File.ReadAllText(file.FullName, Encoding.Latin1);
            return new AgentData(new Sensitive(text)).Name == name ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
