using System.Text.RegularExpressions;

namespace Sluice.Unit.Properties;

/// <content>What lines of files may look like, whatever users write.</content>
public sealed partial class InjectionTests
{
    [GeneratedRegex("«(?<text>[^»]*)»", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Marked();

    [GeneratedRegex(@"\A(backend [a-z0-9-]+_[a-z0-9-]+_[a-z0-9-]+(_(h2[cs]-)?[0-9a-f]{12}(_[0-9a-f]{16})?)? from [a-z]+(-cookie)?(-check)?(-[0-9a-f]{8})?|  guid b:[a-z0-9_-]+|"
        + @"fcgi-app fcgi-[0-9a-f]{12}|  docroot '/[A-Za-z0-9/._-]*'|  index '[A-Za-z0-9._-]+'|  path-info '[^']+'|  no option keep-conn|  use-fcgi-app fcgi-[0-9a-f]{12}|  server none 127\.0\.0\.1:1 weight 0 proto fcgi disabled|"
        + @"  server [0-9a-f.-]+_[0-9]+ [0-9a-f.:\[\]]+ weight [0-9]{1,3}( maxconn [0-9]+)? pool-purge-delay 1s( cookie [0-9a-f]{16})?( hash-key addr-port)?( slowstart [0-9]+ms)?"
        + @"( ssl verify (none|required ca-file ca-[0-9a-f]{24}\.pem) (alpn (h2,http/1\.1|h2 proto h2|http/1\.1)|proto fcgi)| proto (h2|fcgi))?"
        + @"( crt crt-[0-9a-f]{24}\.pem)?( sni (str\([a-z0-9.-]+\)|var\(txn\.noname\)( verifyhost [a-z0-9.-]+)?))?( send-proxy(-v2(-ssl(-cn)?)?)?)?( check inter [0-9]+ms rise [0-9]+ fall [0-9]+( check-send-proxy)?( check-ssl)?( check-alpn h2)?( check-proto (h2|fcgi))?( check-sni [a-z0-9.-]+)?( observe layer[47] error-limit [0-9]+ on-error mark-down)?)?( agent-check agent-port [0-9]+ agent-inter [0-9]+ms)? guid s:[a-z0-9_:.-]+)\z",
        RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex BackendLine();

    [GeneratedRegex(@"\A/run/sluice/certs/[a-z0-9-]+\.pem [a-z0-9.* -]+\z", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex CertificateLine();

    [GeneratedRegex(@"(?<!\\)(\\\\)*[;<]", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Unescaped();

    // Fields of numbers, words, hosts, paths, attributes of cookies and base64.
    [GeneratedRegex(@"\A[0-9a-f]{16}:[a-z]+ [A-Za-z0-9+/=_.:;,*|~?&%@\[\]-]+\z", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex PolicyLine();

    // A page in base64, or the name of the pages of all.
    [GeneratedRegex(@"\A([0-9a-f]{16}:[0-9]{3}(type)? [A-Za-z0-9+/=]+|all [0-9a-f]{16})\z", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex PageLine();

    // What replaces a path, without a query.
    [GeneratedRegex(@"\A[!-~]+ ([A-Za-z0-9._~!$&'()*+,;=:@/%-]|\\[1-9])+\z", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex PatternLine();

    [GeneratedRegex(@"\A[!-~]+\x01? [a-z0-9_|-]+\z", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex EntryLine();

    [GeneratedRegex(@"^defaults [a-z-]+-[0-9a-f]{8} from base\n(  [^\n]*\n)*\n*", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5_000)]
    private static partial Regex RareProfile();

    [GeneratedRegex(@"\A(defaults [a-z-]+-[0-9a-f]{8} from base|  option abortonclose|  retries [0-9]+|  retry-on [a-z0-9 -]+|  http-reuse (never|safe|aggressive|always)"
        + @"|  compression (algo gzip|type( [a-z0-9.+-]+/[a-z0-9.+-]+)+|minsize-res [0-9]+)|  http-check expect status [0-9,-]+|  timeout check [0-9]+ms|  http-request disable-l7-retry unless \{ method GET HEAD OPTIONS PUT DELETE TRACE \}"
        + @"|  http-check send meth (GET|HEAD|OPTIONS|POST) uri-lf ""%\[be_name,[^"" ]+\]"" ver HTTP/1\.1 hdr Host ""%\[be_name,[^"" ]+\]"")\z",
        RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex ProfileLine();

    // A user and a hash, or a word and its value.
    [GeneratedRegex(@"\A(|users 1|request 1|url https?://[a-z0-9A-Z.:\[\]-]+([/?][!-~]*)?|method [A-Z]+|timeout [0-9]+|pass [!-~]+|copy [!-~]+|loopback yes|claim [!-~]+ [!-~]+|tokens 1|algorithm [A-Z0-9]+|issuer [!-~]*|audience [!-~]*|key [A-Za-z0-9]+ [A-Za-z0-9+/=]+ [A-Za-z0-9+/=]*|[^\x00-\x1f\x7f-\x9f:]{1,255}:[A-Za-z0-9$./={}+]+)\z", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex AgentLine();

    [GeneratedRegex(@"^  (total-max-size|max-object-size|max-age|fd-hard-limit) [0-9]+\n|^  nbthread [0-9]+$|^  option http-server-close\n|^  (acl proxied src [0-9a-f.:/ ]+|tcp-request connection expect-proxy layer4 if proxied)\n|(?<= )alpn (h2,)?http/1\.1$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5_000)]
    private static partial Regex CacheLine();

    [GeneratedRegex("sluice-[0-9a-f]{16}", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex ProgramName();
}
