using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Sluice.Controller.Manifests;
using Sluice.Core.Haproxy;
using Sluice.Core.Translation;
using Xunit;

namespace Sluice.Unit.Properties;

/// <summary>No text of a user adds a line, a directive, a command or a route that is not theirs, wherever it stands.</summary>
[Collection(PropertyTests.Name)]
public sealed partial class InjectionTests
{
    private static readonly JsonSerializerOptions Verbatim = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Each text that a user can write stands here once, as its harmless value between « and ».
    private const string Manifest = """
        { "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
          "metadata": { "name": «user», "namespace": «mine», "annotations": {
            "sluice.dev/path-type": «begin», "sluice.dev/ssl-redirect": «true», "haproxy.org/ssl-redirect": «false»,
            "sluice.dev/allow-list": «10.0.0.0/9», "sluice.dev/deny-list": «10.1.0.0/16», "sluice.dev/timeout-server": «30s», "haproxy.org/timeout-tunnel": «5000»,
            "haproxy.org/ssl-redirect-code": «301», "sluice.dev/request-redirect": «https://www.example.com:8443/moved?to=here», "sluice.dev/request-redirect-code": «307»,
            "sluice.dev/app-root": «/start?x=1», "sluice.dev/strip-prefix": «/strip», "sluice.dev/add-prefix": «/add»,
            "sluice.dev/path-rewrite": «^/a/(.*) /b/\1», "sluice.dev/set-host": «pod.example.com»,
            "sluice.dev/forwarded-for": «false   », "sluice.dev/request-set-header": «X-A a», "sluice.dev/request-add-header": «X-B b», "sluice.dev/request-remove-header": «X-C»,
            "haproxy.org/response-set-header": «X-D d», "sluice.dev/response-add-header": «X-E e», "sluice.dev/response-remove-header": «X-F»,
            "sluice.dev/hsts": «true   », "sluice.dev/hsts-max-age": «31536001», "sluice.dev/hsts-include-subdomains": «true    », "sluice.dev/hsts-preload": «true     »,
            "sluice.dev/cors-enable": «true      », "sluice.dev/cors-allow-origin": «https://a.example.com,https://*.b.example.com»,
            "sluice.dev/cors-allow-methods": «GET,PUT», "sluice.dev/cors-allow-headers": «X-G», "sluice.dev/cors-expose-headers": «X-H», "sluice.dev/cors-max-age": «10s»,
            "sluice.dev/cors-allow-credentials": «true       », "sluice.dev/cors-respond-to-options": «false »,
            "sluice.dev/rate-limit-requests": «123», "haproxy.org/rate-limit-period": «60000», "sluice.dev/rate-limit-burst": «45», "sluice.dev/rate-limit-by": «header:X-Key»,
            "sluice.dev/rate-limit-status-code": «503», "haproxy.org/rate-limit-whitelist": «10.2.0.0/17», "sluice.dev/limit-connections": «67», "sluice.dev/limit-connections-status-code": «509», "sluice.dev/limit-connections-retry-after": «13s», "sluice.dev/force-ssl-redirect": «true                », "haproxy.org/ssl-redirect-port": «9443»,
            "sluice.dev/limit-connections-by": «ingress», "sluice.dev/max-body-size": «10m», "sluice.dev/chunked-bodies": «pass», "sluice.dev/request-buffering": «true              », "sluice.dev/request-buffering-timeout": «30s », "sluice.dev/redirect-www": «from-www»,
            "sluice.dev/auth-type": «basic-auth», "haproxy.org/auth-secret": «users», "sluice.dev/auth-realm": «Staff only»,
            "sluice.dev/compression": «gzip», "sluice.dev/compression-types": «text/html,application/json», "sluice.dev/compression-min-size": «4k»,
            "sluice.dev/cache": «true               », "sluice.dev/limit-bandwidth": «500k»,
            "sluice.dev/allow-countries": «DE», "sluice.dev/deny-countries": «FR»,
            "sluice.dev/load-balance": «leastconn», "sluice.dev/pod-maxconn": «100», "sluice.dev/server-weight": «64»,
            "sluice.dev/cookie-persistence": «route», "haproxy.org/cookie-persistence": «theirs  », "sluice.dev/session-cookie-path": «/path», "sluice.dev/session-cookie-domain": «example.net»,
            "sluice.dev/session-cookie-max-age": «2h», "sluice.dev/session-cookie-samesite": «Lax», "sluice.dev/session-cookie-secure": « true», "sluice.dev/session-cookie-http-only": « false»,
            "sluice.dev/retries": «4», "sluice.dev/retry-on": «conn-failure,503», "sluice.dev/http-reuse": «always», "sluice.dev/slow-start": «9s», "haproxy.org/abortonclose": «true        »,
            "sluice.dev/server-ssl": «true         », "sluice.dev/server-proto": «h2», "sluice.dev/server-crt": «mine/secret  », "sluice.dev/server-sni": «pods.example.net», "haproxy.org/send-proxy-protocol": «proxy-v2», "haproxy.org/load-balance": «hdr(X-User)»,
            "sluice.dev/check": «true          », "haproxy.org/check-http": «HEAD /check HTTP/1.1 Host:checked.example.com», "sluice.dev/check-host": «check.example.com», "sluice.dev/check-status": «200,300-399»,
            "sluice.dev/check-interval": «7s», "haproxy.org/timeout-check": «3500», "sluice.dev/timeout-connect": «4s», "haproxy.org/timeout-queue": «15000», "sluice.dev/timeout-client": «17s», "sluice.dev/check-rise": «5», "sluice.dev/check-fall": «6», "sluice.dev/check-passive": «layer7», "sluice.dev/check-passive-limit": «8», "sluice.dev/agent-check-port": «9707», "sluice.dev/agent-check-interval": «11s», "kubernetes.io/ingress.class": «sluice»,
            "sluice.dev/error-pages": «pages», "haproxy.org/src-ip-header": «X-Client», "sluice.dev/error-pages-intercept": «404,502», «example.com/key»: «note», "sluice.dev/x": «unknown» } },
          "spec": { "ingressClassName": «sluice »,
            "tls": [ { "hosts": [ «tls.example.com» ], "secretName": «secret» } ],
            "rules": [
              { "host": «user.example.com», "http": { "paths": [
                { "path": «/p», "pathType": «Prefix», "backend": { "service": { "name": «app», "port": { "name": «web» } } } },
                { "path": «/e», "pathType": "Exact", "backend": { "service": { "name": "app", "port": { "number": 80 } } } },
                { "path": «/i», "pathType": "ImplementationSpecific", "backend": { "resource": { "kind": «Bucket», "name": «bucket» } } } ] } },
              { "host": «*.user.example.com», "http": { "paths": [ { "path": «/w», "backend": { "service": { "name": "app", "port": { "number": 80 } } } } ] } } ] } }
        ---
        { "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
          "metadata": { "name": "regex", "namespace": "mine", "annotations": { "sluice.dev/path-type": "regex",
            "sluice.dev/auth-url": «https://auth.example.com:8443/verify?x=2», "sluice.dev/auth-method": «HEAD», "sluice.dev/auth-signin": «https://login.example.com/start»,
            "sluice.dev/auth-request-headers": «Cookie,X-Pass», "sluice.dev/auth-response-headers": «X-User», "sluice.dev/auth-timeout": «3s», "sluice.dev/mirror-to": «mirror:8081», "sluice.dev/mirror-percent": «7»,
            "sluice.dev/maintenance": «true           », "sluice.dev/maintenance-message": «Back soon.»,
            "sluice.dev/allow-list": «configmap:mine/lists/office», "sluice.dev/deny-list": «patterns/bad», "sluice.dev/cors-enable": "true", "haproxy.org/cors-allow-origin": «https?://c\.example\.com» } },
          "spec": { "rules": [ { "host": "regex.example.com", "http": { "paths": [
            { "path": «/r/[0-9]+», "backend": { "service": { "name": "app", "port": { "number": 80 } } } } ] } } ] } }
        ---
        { "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
          "metadata": { "name": "canary", "namespace": "mine", "annotations": { "sluice.dev/canary": «true            », "sluice.dev/canary-weight": «10», "sluice.dev/canary-weight-total": «1000»,
            "sluice.dev/canary-by-header": «X-Canary», "sluice.dev/canary-by-header-value": «beta», "nginx.ingress.kubernetes.io/canary-by-cookie": «beta-cookie»,
            "sluice.dev/load-balance": «cookie:sid», "sluice.dev/path-type": "regex" } },
          "spec": { "rules": [ { "host": "regex.example.com", "http": { "paths": [ { "path": "/r/[0-9]+", "backend": { "service": { "name": "app", "port": { "number": 80 } } } } ] } } ] } }
        ---
        { "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
          "metadata": { "name": "pattern", "namespace": "mine", "annotations": { "sluice.dev/canary": "true", "sluice.dev/canary-by-header": "X-Canary", "sluice.dev/canary-by-header-pattern": «^beta-[0-9]+$» } },
          "spec": { "rules": [ { "host": "*.user.example.com", "http": { "paths": [ { "path": "/w", "backend": { "service": { "name": "app", "port": { "number": 80 } } } } ] } } ] } }
        ---
        { "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
          "metadata": { "name": "token", "namespace": "mine", "annotations": { "sluice.dev/service-weights": «app=90,app-v2:web=10», "sluice.dev/server-proto": «fcgi», "sluice.dev/fcgi-docroot": «/srv/app», "sluice.dev/fcgi-index": «start.php», "sluice.dev/jwt-secret": «keys», "sluice.dev/jwt-algorithms": «HS256,RS256», "sluice.dev/jwt-issuer": «https://issuer.example.com»,
            "sluice.dev/jwt-audience": «audience», "sluice.dev/jwt-claims-to-headers": «sub X-Sub» } },
          "spec": { "rules": [ { "host": "*.user.example.com", "http": { "paths": [ { "path": "/wt", "backend": { "service": { "name": "app", "port": { "number": 80 } } } } ] } } ] } }
        ---
        { "apiVersion": "v1", "kind": "Service", "metadata": { "name": «app », "namespace": «mine », "annotations": { "a": «b», "sluice.dev/load-balance": «first», "haproxy.org/server-ca": «secret   », "sluice.dev/server-verify-host": « pods.example.net» } },
          "spec": { "type": «ClusterIP», "externalName": «ext.example.net», "ports": [ { "name": «web », "port": 80, "protocol": «TCP» } ] } }
        ---
        { "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": «IPv4»,
          "metadata": { "name": «app-1», "namespace": "mine", "labels": { "kubernetes.io/service-name": «app  » } },
          "ports": [ { "name": «web  », "port": 8080 } ], "endpoints": [ { "addresses": [ «10.0.0.1» ] } ] }
        ---
        { "apiVersion": "v1", "kind": "Secret", "type": «kubernetes.io/tls», "metadata": { "name": «secret », "namespace": "mine" },
          "stringData": { "tls.crt": «certificate», "tls.key": «key» } }
        ---
        { "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "users", "namespace": "mine" },
          "stringData": { "joe": «{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=», "auth": «ann:$1$abcdefgh$M55TzYaaccxVGbptZWaxX/» } }
        ---
        { "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "keys", "namespace": "mine" },
          "stringData": { "key": «a secret of thirty-two bytes at least», "jwks": «{"keys":[{"kty":"oct","kid":"one","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}]}» } }
        ---
        { "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "sluice", "namespace": "sluice-system" },
          "data": { «some-key»: "x", "ssl-redirect": «true », "trusted-proxies": «10.0.0.0/8», "server-header": «true  », "error-pages": «mine/pages», "pattern-files": «mine/lists», "frontend-config-snippet": «http-request deny if FALSE»,
            "auth-url-loopback": «true                       », "cache-size": «32», "cache-max-object-size": «100k», "cache-max-age": «11m», "nbthread": «3», "proxy-protocol": «10.7.0.0/16», "tls-alpn": «http/1.1», "http-connection-mode": «http-server-close», "maxconn": «20000», "default-backend": «mine/app:80», "default-certificate": «mine/secret» } }
        ---
        { "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": «pages », "namespace": «mine   » }, "data": { "404.txt": «Nothing here.», "503": «HTTP/1.1 503 Down\r\nContent-Type: text/x-page\r\n\r\nDown.», «502.json»: «{}» } }
        ---
        { "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": «lists», "namespace": "mine" }, "data": { «office»: «10.4.0.0/15 # office», «bad»: «10.6.0.0/16» } }
        ---
        { "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": { "name": «theirs» }, "spec": { "controller": «example.com/x» } }
        """;

    // What somebody else has: it must be there whatever the user writes.
    private const string Others = """
        { "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": { "name": "other", "namespace": "other" },
          "spec": { "ingressClassName": "sluice", "rules": [ { "host": "other.example.com", "http": { "paths": [
            { "path": "/o", "pathType": "Prefix", "backend": { "service": { "name": "other", "port": { "number": 80 } } } } ] } } ] } }
        ---
        { "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
          "metadata": { "name": "filters", "namespace": "other", "annotations": { "sluice.dev/compression": "gzip", "sluice.dev/cache": "true", "sluice.dev/limit-bandwidth": "1m", "sluice.dev/mirror-to": "other" } },
          "spec": { "ingressClassName": "sluice", "rules": [ { "host": "filters.example.com", "http": { "paths": [
            { "path": "/o", "pathType": "Prefix", "backend": { "service": { "name": "other", "port": { "number": 80 } } } } ] } } ] } }
        ---
        { "apiVersion": "v1", "kind": "Service", "metadata": { "name": "other", "namespace": "other" }, "spec": { "ports": [ { "port": 80 } ] } }
        """;

    private static readonly string[] Texts = [.. Marked().Matches(Manifest).Select(match => match.Groups["text"].Value).Distinct()];

    private static readonly string[] Documents = $"{Manifest}---\n{Others}".Split("---\n");

    private static readonly ManifestFile[] HarmlessFiles = [.. Enumerable.Range(0, Documents.Length).Select(i => Parse(new ManifestFolder("dir"), i, "", ""))];

    private static readonly TranslationResult Before = Translate("", "", null);
    private static readonly HaproxyState BeforeState = Before.Rendered();

    private static readonly Output Harmless = Run("", "");
    private static readonly Output WithoutConfig = Run("10.0.0.0/8", "x");
    private static readonly string[] HarmlessPrograms = [WithoutRareProfiles(Harmless.Program), WithoutRareProfiles(WithoutConfig.Program)];
    private static readonly HashSet<string> ProgramLines = [.. Lines(Harmless.Program)];
    private static readonly HashSet<string> Keys = [.. Harmless.Maps.SelectMany(lines => lines).Select(line => line.Split(' ')[0])];

    // Those of the harmless manifests are looked at once.
    private static readonly HashSet<string> Known = [.. Harmless.All()];

    [Fact]
    public void The_harmless_manifests_use_every_part()
    {
        Assert.All([Harmless.Backends, .. Harmless.Maps], Assert.NotEmpty);
        Assert.Equal(Texts.Length, Marked().Count(Manifest));
        Assert.NotEqual(Harmless.Program, WithoutConfig.Program);
        Check(Harmless, line => true, "", "");
    }

    // Behind the text that stands there, each trick is tried in a third of the places, and each place with a third of the tricks.
    [Fact]
    public void No_known_trick_works_in_any_place() => Parallel.ForEach(Texts.Index(), place =>
    {
        foreach (var (index, trick) in Hostile.Strings.Index())
        {
            Check(place.Item, trick);
            if ((place.Index + index) % 3 == 0)
            {
                Check(place.Item, place.Item.Trim() + trick);
            }
        }
    });

    [Fact]
    public void No_random_text_works_in_any_place() => Gen.OneOf(Texts).Select(Hostile.Texts).Sample(
        (text, trick) =>
        {
            Check(text, trick);
            Check(text, text.Trim() + trick);
        },
        iter: 500, threads: 2);

    private static void Check(string text, string trick) => Check(Run(text, trick), line => !Known.Contains(line), text, trick);

    private static void Check(Output output, Func<string, bool> isNew, string text, string trick)
    {
        if (output.Program != Harmless.Program)
        {
            Assert.Contains(WithoutRareProfiles(output.Program), HarmlessPrograms);
            Assert.All(
                RareProfile().Matches(output.Program).SelectMany(match => Lines(match.Value)),
                line => Assert.True(ProfileLine().IsMatch(line) || ProgramLines.Contains(line), line));
        }

        Assert.All(output.Backends.Where(isNew), line => Assert.Matches(BackendLine(), line));
        Assert.All(output.CertificateList.Where(isNew), line => Assert.Matches(CertificateLine(), line));
        Assert.All(Enum.GetValues<MapName>(), map => Assert.All(output.Maps[(int)map].Where(isNew), line => CheckEntry(map, line, text, trick)));
        Assert.Contains("other.example.com/o/ other_other_80", output.Maps[(int)MapName.Routes]);
        Assert.Contains("backend other_other_80 from standard", output.Backends);
        Assert.All(output.AgentLines.Where(isNew), line => Assert.Matches(AgentLine(), line));
        Assert.All(output.Findings.Where(isNew), finding => Assert.False(finding.Any(char.IsControl), finding));
        Assert.All(output.Commands.Where(isNew), CheckCommand);
    }

    // Which profiles there are is up to users, and with it the name of the program; not what stands in them. So are numbers.
    private static string WithoutRareProfiles(string program) => CacheLine().Replace(ProgramName().Replace(RareProfile().Replace(program, ""), ""), "");

    // Two fields; and a key that was not there before is one of the user's own host.
    private static void CheckEntry(MapName map, string line, string text, string trick)
    {
        Assert.Matches(map switch { MapName.Policies or MapName.Checks => PolicyLine(), MapName.Pages => PageLine(), MapName.Patterns => PatternLine(), _ => EntryLine() }, line);
        var key = line.Split(' ')[0];
        if (!Keys.Contains(key))
        {
            Assert.Matches(map switch
            {
                MapName.Routes when text.StartsWith('/') => @"^user\.example\.com/",
                MapName.Routes => @"^([^/]+/[wpei]|www\.[^/]+/$)",
                MapName.Wildcards when text.StartsWith('/') => @"^user\.example\.com/",
                MapName.Wildcards => "^[^/]+/[wpei]",
                MapName.Policies => "^[0-9a-f]{16}:[a-z]+$",
                MapName.Checks => "^[0-9a-f]{16}:check$",
                MapName.Pages => "^[0-9a-f]{16}:[0-9]{3}(type)?$",
                MapName.Addresses => "^[0-9a-f]{16}:([46][0-9A-F]*|listed)$",
                MapName.Origins => "^[0-9a-f]{16}:(null|[a-z][a-z0-9+.-]*://[a-z0-9.:*-]+)$",
                MapName.Patterns => @"^[0-9a-f]{16}:\\n\(\?m(\)|:\.\*\?\(\?:)",
                MapName.Regex => @"^\^(regex|user|\\\*\\\.user)\\\.example\\\.com\(\?=/\)\(\?:/",
                _ => "^/[wpei]",
            }, key);
        }

        Assert.True(trick.Length < 5_000 || line.Length < 20_000);
    }

    // One command in one line: no separator, no payload but ours, and that without an empty line, which would end it.
    private static void CheckCommand(string line)
    {
        var parts = line.Split(" <<\n", 2);
        Assert.Equal(-1, parts[0].AsSpan().IndexOfAny('\n', '\r', '\0'));
        Assert.DoesNotMatch(Unescaped(), parts[0]);
        Assert.Equal(parts.Length == 2, line.StartsWith("add map @{version}", StringComparison.Ordinal) || line.StartsWith("set ssl", StringComparison.Ordinal)
            || line.StartsWith("add ssl", StringComparison.Ordinal));
        if (parts.Length == 2)
        {
            Assert.DoesNotContain("\n\n", parts[1], StringComparison.Ordinal);
            Assert.Equal(-1, parts[1].AsSpan().IndexOfAny('\r', '\0'));
            Assert.EndsWith("\n", parts[1], StringComparison.Ordinal);
        }
    }

    private static TranslationResult Translate(string text, string trick, TranslationResult? previous)
    {
        var folder = new ManifestFolder("dir");
        for (var i = 0; i < Documents.Length; i++)
        {
            var isTouched = text.Length > 0 && Documents[i].Contains($"«{text}»", StringComparison.Ordinal);
            folder.Put($"{i}.yaml", isTouched ? Parse(folder, i, text, trick) : HarmlessFiles[i]);
        }

        return Translator.Translate(folder.Snapshot(Make.Now) with { Countries = "known" }, Show.Options, previous);
    }

    // From the harmless state on, so that the certificate is read once; a Secret that is touched is read as the first.
    private static Output Run(string text, string trick)
    {
        var isInSecret = Documents.First(document => document.Contains("stringData", StringComparison.Ordinal)).Contains($"«{text}»", StringComparison.Ordinal);
        var result = Translate(text, trick, isInSecret ? null : Before);
        var state = Renderer.Render(result.Model, Show.Layout, (Before.Model, BeforeState));
        var former = text.Length > 0 ? BeforeState : WithScripts(new HaproxyState { Program = state.Program, DefaultCertificate = state.DefaultCertificate }, state);
        var commands = Planner.Plan(new RunningState(former, []), state) is Plan.Update update ? update.Commands : [];
        var retired = Planner.Plan(new RunningState(state, []), former) is Plan.Update reverse ? reverse.Commands : [];
        return new Output(
            StateText.Program(state), Lines(StateText.Backends(state)), Lines(StateText.CertificateList(state, Show.Layout)),
            [.. Enum.GetValues<MapName>().Select(map => Lines(StateText.Map(state, map)))],
            [.. commands.Concat(retired).SelectMany(command => command.Lines(Show.Layout)).Select(line => line.Text)],
            [.. result.Findings.Select(finding => $"{finding.Field}: {finding.Message}")])
        {
            AgentLines = [.. state.Sets.Values.Select(used => used.Set.File?.Content.Reveal).OfType<string>().SelectMany(file => file.Split('\n'))],
        };
    }

    // They come by a reload, beside which there would be no commands.
    private static HaproxyState WithScripts(HaproxyState running, HaproxyState wanted) => running with
    {
        Backends = wanted.Backends.Values.Where(backend => backend.Scripts is not null).Aggregate(running.Backends, (table, backend) => table.SetItem(backend.Name, backend)),
    };

    private static ManifestFile Parse(ManifestFolder folder, int document, string text, string trick)
    {
        var manifest = Marked().Replace(Documents[document], match =>
            JsonSerializer.Serialize(match.Groups["text"].Value == text ? trick : HarmlessValue(match.Groups["text"].Value), Verbatim));
        return folder.Parse($"{document}.yaml", Encoding.UTF8.GetBytes(manifest));
    }

    private static string HarmlessValue(string text) => text switch
    {
        "certificate" => TestCertificate.Shop.Chain,
        "key" => TestCertificate.Shop.Key,
        _ => text.Trim(),
    };

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private sealed record Output(
        string Program, string[] Backends, string[] CertificateList, string[][] Maps, string[] Commands, string[] Findings)
    {
        public string[] AgentLines { get; init; } = [];

        public IEnumerable<string> All() => [.. Backends, .. CertificateList, .. Maps.SelectMany(lines => lines), .. Commands, .. Findings, .. AgentLines];
    }
}
