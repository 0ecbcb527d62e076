using System.Globalization;
using System.Text;

namespace Sluice.Core.Haproxy;

/// <summary>The one place that quotes: for the configuration file, and for commands.</summary>
public static class ConfigWriter
{
    /// <summary>An argument in the configuration file, in strong quotes (HAProxy configuration manual, section 2.2).</summary>
    public static string Quote(string text) => $"'{Printable(text).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A word of a command at run time (HAProxy management guide, section 9.3).</summary>
    public static string CommandWord(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (var character in Printable(text))
        {
            if (character is '\\' or ';' or ' ' or '<')
            {
                result.Append('\\');
            }

            result.Append(character);
        }

        return result.ToString();
    }

    /// <summary>A time (HAProxy configuration manual, section 2.5).</summary>
    public static string Time(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMilliseconds}ms");

    // Names, hosts and paths are checked where they are read. If a line break ever came here, it must not get further.
    private static string Printable(string text) =>
        text.AsSpan().ContainsAny('\n', '\r', '\0')
            ? throw new ArgumentException("a line break or NUL cannot be written into HAProxy's configuration", nameof(text))
            : text;
}
