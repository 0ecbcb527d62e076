using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Core.Values;

/// <summary>
/// The regular expressions that users may write: what .NET and HAProxy's PCRE2 both take, with the same meaning. An
/// expression that HAProxy refused would make it refuse every other route, too. It is embedded in a larger one that
/// fixes what it is for, so it must be whole in itself.
/// </summary>
internal ref struct RegexSubset
{
    public const int Longest = 512;

    /// <summary>What an expression is made of, to follow "a regular expression".</summary>
    public const string Form = "of at most 512 printable ASCII characters, made of characters, "
        + @"classes (with \[ for '['), groups (…) and (?:…), alternatives, and repeats, of single characters also as {n} up to 99";

    // PCRE2 takes 250.
    private const int DeepestGroup = 100;

    private readonly ReadOnlySpan<char> text;
    private int position;

    private RegexSubset(ReadOnlySpan<char> text) => this.text = text;

    /// <summary>Whether it is an expression that both engines take.</summary>
    public static bool Includes(string text) => GroupsOf(text) is not null;

    /// <summary>How many groups of an expression capture; null if it is none of ours.</summary>
    public static int? GroupsOf(string text)
    {
        if (text.Length is 0 or > Longest || text.AsSpan().ContainsAnyExceptInRange('!', '~') || !new RegexSubset(text).Scan())
        {
            return null;
        }

        // Whether ranges are in order is left to the engine. Nothing is matched here.
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)).GetGroupNumbers().Length - 1;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The same expression with groups that do not capture.</summary>
    public static string WithoutCaptures(string expression)
    {
        var result = new StringBuilder();
        for (var (index, inClass) = (0, false); index < expression.Length; index++)
        {
            var character = expression[index];
            result.Append(character);
            if (character == '\\')
            {
                result.Append(expression[++index]);
            }
            else if (character == '(' && !inClass && expression[index + 1] != '?')
            {
                result.Append("?:");
            }

            inClass = character == '[' || (inClass && character != ']');
        }

        return result.ToString();
    }

    private bool IsAt(char character) => position < text.Length && text[position] == character;

    private bool Take(char character)
    {
        var isThere = IsAt(character);
        position += isThere ? 1 : 0;
        return isThere;
    }

    private bool Scan()
    {
        var (depth, last) = (0, Item.Nothing);
        while (position < text.Length)
        {
            var character = text[position++];
            last = character switch
            {
                '\\' => Escape(),
                '[' => Class(),
                '(' => Group(),
                ')' => Item.Group,
                '*' or '+' or '?' => Repeat(last),
                '{' => last == Item.Character && Count() ? Repeat(last) : Item.Refused,
                '|' or '^' or '$' => Item.Nothing,
                _ => Item.Character,
            };
            depth += character == '(' ? 1 : character == ')' ? -1 : 0;
            if (last == Item.Refused || depth is < 0 or > DeepestGroup)
            {
                return false;
            }
        }

        return depth == 0;
    }

    private Item Group()
    {
        var isPlain = Take('?') ? Take(':') : !IsAt('*');
        return isPlain ? Item.Nothing : Item.Refused;
    }

    // Lazy repeats are fine; '++' would be possessive in PCRE2.
    private Item Repeat(Item last)
    {
        Take('?');
        return last is Item.Character or Item.Group ? Item.Nothing : Item.Refused;
    }

    // Letters and digits behind '\' mean something else in each engine, but for these.
    private Item Escape() => position == text.Length ? Item.Refused : text[position++] switch
    {
        'd' or 'D' or 'w' or 'W' or 's' or 'S' => Item.Character,
        'b' or 'B' => Item.Nothing,
        var other => char.IsAsciiLetterOrDigit(other) || other == '_' ? Item.Refused : Item.Character,
    };

    // n} or n,} or n,m} with at most two digits: larger ones can make a program that PCRE2 finds too large.
    private bool Count()
    {
        var valid = Number();
        if (Take(',') && !IsAt('}'))
        {
            valid &= Number();
        }

        return valid && Take('}');
    }

    private bool Number()
    {
        var start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position]))
        {
            position++;
        }

        return position - start is 1 or 2;
    }

    // '[' would open [:alpha:] in PCRE2 and a subtraction in .NET; so would a class such as [:a:], [=a=] or [.a.] itself.
    private Item Class()
    {
        Take('^');
        for (var start = position; position < text.Length;)
        {
            var character = text[position++];
            if (character == ']')
            {
                var inside = text[start..(position - 1)];
                var isNamed = inside.Length > 1 && inside[0] == inside[^1] && (inside[0] is ':' or '=' or '.');
                return inside.IsEmpty || isNamed ? Item.Refused : Item.Character;
            }

            if (character == '[' || (character == '\\' && !ClassEscape()))
            {
                return Item.Refused;
            }
        }

        return Item.Refused;
    }

    // PCRE2 takes no range next to \d and its like, and .NET none from "\-".
    private bool ClassEscape()
    {
        if (IsAt('b') || IsAt('B') || Escape() == Item.Refused)
        {
            return false;
        }

        var beginsNoRange = text[position - 1] == '-' || char.IsAsciiLetter(text[position - 1]);
        return !(beginsNoRange && IsAt('-') && position + 1 < text.Length && text[position + 1] != ']');
    }

    /// <summary>What was read last, as far as it matters to a repeat behind it.</summary>
    private enum Item
    {
        Refused,
        Nothing,
        Character,
        Group,
    }
}
