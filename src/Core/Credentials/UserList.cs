using System.Text;
using Sluice.Core.Values;

namespace Sluice.Core.Credentials;

/// <summary>
/// Users with the hashes of their passwords. Its text is what the agent reads: a line that says what it is, then
/// <c>user:hash</c> in each line.
/// </summary>
public sealed class UserList
{
    private const string Head = "users 1";

    // The key under which ingress-nginx keeps the lines of an htpasswd file.
    private const string LinesKey = "auth";

    private readonly Dictionary<string, PasswordHash> users = new(StringComparer.Ordinal);

    private UserList()
    {
    }

    public IReadOnlyDictionary<string, PasswordHash> Users => users;

    /// <summary>
    /// Reads a Secret, of which each key is a user and its value the hash of a password; a key "auth" with a ':' in its
    /// value, which no hash has, holds lines of <c>user:hash</c>. What cannot be read is left out and told.
    /// </summary>
    public static UserList Read(EquatableMap<Sensitive> secret, List<string> problems)
    {
        var list = new UserList();
        foreach (var (key, value) in secret)
        {
            var text = value.Reveal;
            if (key == LinesKey && text.Contains(':', StringComparison.Ordinal))
            {
                list.AddLines(text, problems);
            }
            else
            {
                list.Add(key, text.Trim(), $"key {key}", problems);
            }
        }

        return list;
    }

    /// <summary>Reads what <see cref="ToText"/> wrote; null if it is something else.</summary>
    public static UserList? Parse(string text)
    {
        var lines = text.Split('\n');
        var (list, problems) = (new UserList(), new List<string>());
        foreach (var line in lines.Skip(1).Where(line => line.Length > 0))
        {
            var colon = Math.Max(0, line.IndexOf(':', StringComparison.Ordinal));
            list.Add(line[..colon], line[(colon + 1)..], "", problems);
        }

        return lines[0] == Head && problems.Count == 0 ? list : null;
    }

    public string ToText()
    {
        var text = new StringBuilder(Head).Append('\n');
        foreach (var (name, hash) in users.OrderBy(user => user.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append(':').Append(hash.Text).Append('\n');
        }

        return text.ToString();
    }

    private void AddLines(string text, List<string> problems)
    {
        var number = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            number++;
            if (line.Length > 0 && line[0] != '#')
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                Add(colon < 0 ? "" : line[..colon], line[(colon + 1)..], $"key {LinesKey}, line {number}", problems);
            }
        }
    }

    private void Add(string name, string hash, string place, List<string> problems)
    {
        if (name.Length is 0 or > 255 || name.Any(char.IsControl))
        {
            problems.Add($"{place}: expected user:hash");
        }
        else if (PasswordHash.TryParse(hash, out var problem) is not { } parsed)
        {
            problems.Add($"{place}: {problem}");
        }
        else if (!users.TryAdd(name, parsed))
        {
            problems.Add($"{place}: the user stands there twice, and the first counts");
        }
    }
}
