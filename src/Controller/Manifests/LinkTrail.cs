namespace Sluice.Controller.Manifests;

/// <summary>Follows symbolic links one at a time, in any part of a path, and remembers where each of them stands.</summary>
internal sealed class LinkTrail
{
    private const int MaxLinks = 40;

    private readonly Dictionary<string, string?> targets = new(StringComparer.Ordinal);

    /// <summary>
    /// The real path of each link that was followed, and of each part that was missing: should one of them change, the
    /// way may lead elsewhere.
    /// </summary>
    public HashSet<string> Links { get; } = new(StringComparer.Ordinal);

    /// <summary>The path without links; null if it leads nowhere.</summary>
    public string? Resolve(string path)
    {
        var real = "/";
        var rest = new Stack<string>(path.Split('/').Reverse());
        for (var links = 0; rest.TryPop(out var part);)
        {
            if (part is "" or "." or "..")
            {
                real = part == ".." ? Path.GetDirectoryName(real) ?? "/" : real;
                continue;
            }

            var next = Path.Join(real, part);
            if (!TryRead(next, out var target) || (target is not null && ++links > MaxLinks))
            {
                Links.Add(next);
                return null;
            }

            if (target is null)
            {
                real = next;
                continue;
            }

            Links.Add(next);
            real = target.StartsWith('/') ? "/" : real;
            foreach (var follower in target.Split('/').Reverse())
            {
                rest.Push(follower);
            }
        }

        return real;
    }

    /// <summary>False if nothing is there; a target if a link is there.</summary>
    private bool TryRead(string path, out string? target)
    {
        if (targets.TryGetValue(path, out target))
        {
            return true;
        }

        var entry = new FileInfo(path);
        if (FileStamp.IsMissing(entry))
        {
            return false;
        }

        target = entry.LinkTarget;
        targets[path] = target;
        return true;
    }
}
