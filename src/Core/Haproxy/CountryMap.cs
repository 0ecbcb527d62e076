using System.Text;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>A database of countries, given as lines of <c>NETWORK,CODE</c>, as the map that HAProxy looks clients up in.</summary>
public static class CountryMap
{
    /// <summary>An address that no client has. That it is in the map says that the map is there.</summary>
    public const string Mark = "255.255.255.255";

    /// <summary>Reads lines of a CSV file; empty ones, comments (#) and a first line of titles are left out.</summary>
    /// <exception cref="InvalidDataException">A line is none of these, or there are none.</exception>
    public static string Parse(IEnumerable<string> lines)
    {
        var map = new StringBuilder();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#' || (number == 1 && !text.Any(char.IsAsciiDigit)))
            {
                continue;
            }

            if (text.Split(',') is not [var network, var code] || !Cidr.TryParse(Unquoted(network), out var block)
                || Unquoted(code) is not { Length: 2 } country || !country.All(char.IsAsciiLetter))
            {
                throw new InvalidDataException($"line {number} is no network with a country, such as 192.0.2.0/24,DE");
            }

            map.Append(block).Append(' ').Append(country.ToLowerInvariant()).Append('\n');
        }

        return map.Length > 0 ? map.Append(Mark).Append(" known\n").ToString() : throw new InvalidDataException("it holds no networks");
    }

    private static string Unquoted(string field) => field.Trim().Trim('"');
}
