using System.Text.RegularExpressions;

namespace Sluice.Core.Annotations.Features;

/// <summary>Pods that speak FastCGI.</summary>
public static partial class FastCgis
{
    public static readonly Setting<string?> Docroot = new(
        "fcgi-docroot", Scopes.Everywhere, Kinds.Text("a path of letters, digits and / . _ - that begins with '/'", text => Root().IsMatch(text)), Fallback: null,
        "The folder in pods with server-proto fcgi that scripts are in: it goes before the path of a request, and both are SCRIPT_FILENAME. What follows a part of the path that ends with .php is "
        + "PATH_INFO. Without it requests get 503. Each Service that comes to it, or gets another, is a reload.", "/var/www/html")
    { Needs = [Upstream.ServerProto] };

    public static readonly Setting<string?> Index = new(
        "fcgi-index", Scopes.Everywhere, Kinds.Text("the name of a file: letters, digits, '.', '_' and '-', at most 64 of them", text => File().IsMatch(text)), Fallback: "index.php", "The script for paths that end with '/', with server-proto fcgi.", "app.php")
    { Needs = [Docroot] };

    [GeneratedRegex(@"\A/[A-Za-z0-9/._-]{0,200}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Root();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex File();
}
