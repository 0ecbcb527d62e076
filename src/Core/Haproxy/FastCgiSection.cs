using System.Security.Cryptography;
using System.Text;
using Sluice.Core.Model;

namespace Sluice.Core.Haproxy;

/// <summary>
/// What HAProxy has to know of scripts that pods run, which it takes from its configuration only, and never at run time: a
/// section of its own, which backends name (HAProxy configuration manual, "fcgi-app"). Endpoints come and go as everywhere.
/// </summary>
internal static class FastCgiSection
{
    /// <summary>
    /// Stands in a backend without endpoints: HAProxy starts with no such backend that has no server of the kind. It gets
    /// nothing, and once HAProxy runs it can be deleted.
    /// </summary>
    public const string Placeholder = "server none 127.0.0.1:1 weight 0 proto fcgi disabled";

    // As PHP takes it. Where it does not match, the whole path is the script.
    private const string ScriptAndRest = @"^(/.+\.php)(/.*)?$";

    // A pod has as many processes as it serves connections at a time; none should wait for us to say more.
    private const string OneRequestEach = "no option keep-conn";

    /// <summary>The section; its name is made from its content.</summary>
    public static Section Of(FastCgi scripts)
    {
        var lines = $"""
              docroot {ConfigWriter.Quote(scripts.Root)}
              index {ConfigWriter.Quote(scripts.Index)}
              path-info {ConfigWriter.Quote(ScriptAndRest)}
              {OneRequestEach}

            """;
        var name = $"fcgi-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)))[..12]}";
        return new Section(name, $"fcgi-app {name}\n{lines}");
    }
}
