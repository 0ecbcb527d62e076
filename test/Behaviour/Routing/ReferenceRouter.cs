using System.Text;
using System.Text.RegularExpressions;
using Sluice.Behaviour.Harness;

namespace Sluice.Behaviour.Routing;

/// <summary>
/// Says who must answer a request. It is written from the rules of routing alone and goes through all objects for each
/// request, so that it can be compared with the rules by reading.
/// </summary>
public sealed class ReferenceRouter(World world)
{
    private const string BadRequest = "400";
    private const string NotFound = "404";
    private const string Unavailable = "503";

    private static readonly TimeSpan RegexLimit = TimeSpan.FromSeconds(1);

    /// <summary>The Service as <c>namespace/name</c>, else a status.</summary>
    public string Answer(string host, string path)
    {
        if (CanonicalHost(host) is not { } name || CanonicalPath(path) is not { } canonical)
        {
            return BadRequest;
        }

        foreach (var candidate in HostsOfRules(name))
        {
            if (OfHost(candidate, canonical) is { } service)
            {
                return world.Empty.Contains(service) || world.Missing.Contains(service) ? Unavailable : service;
            }
        }

        return NotFound;
    }

    /// <summary>The host itself, then the wildcard that covers it, then the rules without a host.</summary>
    private static IEnumerable<string> HostsOfRules(string host)
    {
        yield return host;
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0)
        {
            yield return "*" + host[dot..];
        }

        yield return "";
    }

    /// <summary>Exact, then the longest Prefix or text prefix, then regular expressions, then default backends.</summary>
    private string? OfHost(string host, string path)
    {
        // The older object comes first, and so wins where two say the same.
        var rules = ByAge()
            .SelectMany(ingress => ingress.Rules, (ingress, rule) => (ingress, rule))
            .Where(r => (r.rule.Host ?? "") == host)
            .ToList();
        var paths = rules.SelectMany(r => r.rule.Paths, (r, p) => (r.ingress, Route: p)).ToList();

        var exact = paths.Where(p => p.Route.Type == "Exact" && p.Route.Path == path);
        var prefixes = paths
            .Where(p => IsPrefix(p.ingress, p.Route) && $"{path}/".StartsWith(PrefixText(p.Route), StringComparison.Ordinal))
            .OrderByDescending(p => PrefixText(p.Route).Length);
        var regexes = paths
            .Where(p => IsRegex(p.ingress, p.Route) && Regex.IsMatch(path, $"^(?:{p.Route.Path})", RegexOptions.None, RegexLimit))
            .OrderByDescending(p => p.Route.Path.Length)
            .ThenBy(p => p.Route.Path, StringComparer.Ordinal);
        var defaults = (host.Length == 0 ? ByAge() : rules.Select(r => r.ingress)).Where(ingress => ingress.DefaultBackend is not null);

        return exact.Concat(prefixes).Concat(regexes).Select(p => $"{p.ingress.Namespace}/{p.Route.Service}")
            .Concat(defaults.Select(ingress => $"{ingress.Namespace}/{ingress.DefaultBackend}"))
            .FirstOrDefault();
    }

    private IEnumerable<WorldIngress> ByAge() => world.Ingresses
        .OrderBy(ingress => ingress.CreatedDay ?? int.MaxValue)
        .ThenBy(ingress => ingress.Namespace, StringComparer.Ordinal)
        .ThenBy(ingress => ingress.Name, StringComparer.Ordinal);

    private static bool IsRegex(WorldIngress ingress, PathTo route) => ingress.Regex && route.Type == "ImplementationSpecific";

    private static bool IsPrefix(WorldIngress ingress, PathTo route) => route.Type != "Exact" && !IsRegex(ingress, route);

    /// <summary>
    /// What the path, with a slash at its end, must begin with. The slash at the end of a Prefix is what makes it match
    /// whole elements; a text prefix has one only if it was written.
    /// </summary>
    private static string PrefixText(PathTo route) => route.Type == "Prefix" ? route.Path.TrimEnd('/') + "/" : route.Path;

    private static string? CanonicalHost(string host)
    {
        var name = host.Split(':')[0].ToLowerInvariant();
        name = name.EndsWith('.') ? name[..^1] : name;
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? name : null;
    }

    private static string? CanonicalPath(string path)
    {
        if (Decoded(path) is not { } decoded)
        {
            return null;
        }

        while (decoded.Contains("//", StringComparison.Ordinal))
        {
            decoded = decoded.Replace("//", "/", StringComparison.Ordinal);
        }

        var segments = decoded[1..].Split('/');
        var resolved = new List<string>();
        foreach (var segment in segments)
        {
            if (segment == ".." && resolved.Count > 0)
            {
                resolved.RemoveAt(resolved.Count - 1);
            }
            else if (segment is not (".." or "." or ""))
            {
                resolved.Add(segment);
            }
        }

        var endsInSlash = segments[^1] is "" or "." or ".." && resolved.Count > 0;
        return "/" + string.Join('/', resolved) + (endsInSlash ? "/" : "");
    }

    /// <summary>Decodes letters, digits and <c>-._~</c>; null where a path must not be compared at all.</summary>
    private static string? Decoded(string path)
    {
        var result = new StringBuilder();
        for (var index = 0; index < path.Length; index++)
        {
            if (path[index] != '%')
            {
                result.Append(path[index]);
                continue;
            }

            var octet = (char)Convert.ToByte(path.Substring(index + 1, 2), 16);
            if (octet is '/' or '\\' or < ' ' or '\x7f')
            {
                return null;
            }

            var unreserved = char.IsAsciiLetterOrDigit(octet) || octet is '-' or '.' or '_' or '~';
            result.Append(unreserved ? octet.ToString() : path.Substring(index, 3));
            index += 2;
        }

        return result.ToString();
    }
}
