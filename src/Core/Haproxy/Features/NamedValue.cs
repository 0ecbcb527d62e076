namespace Sluice.Core.Haproxy.Features;

/// <summary>
/// Expressions for the value of a header, a cookie or a parameter whose name is data, which HAProxy has none for. The name
/// is put on a line before the text, and a regular expression finds it there again by a reference to that line; so it is
/// compared as it is, whatever it holds. Each gives '=' and the value, or, where there is none, text that begins with
/// a line break.
/// </summary>
internal static class NamedValue
{
    /// <summary>The beginning of what is found.</summary>
    public const string Found = "=";

    /// <param name="name">The variable with the header's name.</param>
    /// <param name="headers">A variable with all headers (<c>req.hdrs</c>).</param>
    public static string Header(string name, string headers) =>
        Line(name, @"\n", headers) + @"'regsub(""^\n([^\n]*)\n(?:[^\n]*\n)*?\1:[ \t]*([^\r\n]*)\r?\n(?s:.*)$"",""=\2"",""i"")'";

    /// <param name="name">The variable with the cookie's name.</param>
    /// <param name="cookies">A variable with the Cookie header.</param>
    public static string Cookie(string name, string cookies) =>
        Line(name, @"\n;", cookies) + @"'regsub(""^\n([^\n]*)\n(?:.*?;)?? *\1=([^;]*).*$"",""=\2"")'";

    /// <param name="name">The variable with the parameter's name.</param>
    /// <param name="query">A variable with the query.</param>
    public static string Parameter(string name, string query) =>
        Line(name, @"\n&", query) + @"'regsub(""^\n([^\n]*)\n(?:.*?&)??\1=([^&]*).*$"",""=\2"")'";

    /// <summary>The Cookie header with another name for the first cookie of a name.</summary>
    /// <param name="name">The variable with the cookie's name.</param>
    /// <param name="other">The other name.</param>
    /// <param name="cookies">A variable with the Cookie header.</param>
    public static string RenamedCookie(string name, string other, string cookies) =>
        Line(name, @"\n;", cookies) + $@"'regsub(""^\n([^\n]*)\n;((?:.*?;)?? *)\1=(.*)$"",""\2{other}=\3"")'";

    private static string Line(string name, string separator, string text) => $@"str(""\n""),concat(,{name},""{separator}""),concat(,{text}),";
}
