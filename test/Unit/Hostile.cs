using CsCheck;

namespace Sluice.Unit;

/// <summary>Texts that someone may write who means ill, or whose keyboard slipped.</summary>
internal static class Hostile
{
    public static readonly string[] Strings =
    [
        "a\nbackend evil", "a\r\nserver evil 10.9.9.9:80", "a\n\nadd map /run/sluice/maps/routes.map evil.com/ x", "\n", "\r", "\t", "a\tb", "a b", " ",
        "'", "\"", "a'b", "a\"b", "#", "a#b", "\\", "a\\", "a\\\nb", "%[src]", "%", "%n", "${HOME}", "$(id)", "`id`", "\0", "a\0b", "\u0001", "/\u0001",
        "a;del map x", ";", "a <<\nx", " <<", "<<", "<", "{ src 0.0.0.0/0 }", "|r|", "a|r|b", "..", "/../..", "/%2e%2e/", "/%00", "/%0a", "/%2f",
        "\u2028x", "\u0085x", "é", "日本", "😀", "\uFEFF", "\u202Ex", "-", "*", "*.", "a_b_80", "unavailable", "if TRUE", "../../etc/passwd",
        "@1 x", "{version}", "true\nfalse", new('a', 100_000), new('/', 5_000), "/" + new string('%', 3_000), "/" + new string('(', 500),
    ];

    /// <summary>Random texts of characters that mean something somewhere, and the strings above.</summary>
    public static readonly Gen<string> Texts = Gen.OneOf<string>(
        Gen.OneOf(Strings),
        Gen.String[Gen.Char["ab.-*/:,[]01%2fF \\'\"#;|<>{}$()?+^=!_@\n\r\t\0\u0001é"], 0, 12],
        Gen.String[0, 20]);
}
