using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Bench.Load;

/// <summary>The load generator wrk, going through the same requests again and again.</summary>
internal sealed partial class Wrk
{
    private const int Connections = 32;

    private const string BrowserHeaders = """
        {
          ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
          ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          ["Accept-Language"] = "en-GB,en;q=0.7",
          ["Accept-Encoding"] = "gzip, deflate, br, zstd",
          ["Referer"] = "https://www.example.com/start",
          ["Cookie"] = "session=5f1c2a9be0d74c6f8a3b; theme=dark",
          ["Upgrade-Insecure-Requests"] = "1",
          ["Sec-Fetch-Mode"] = "navigate",
        }
        """;

    private readonly string program;
    private readonly string script;

    private Wrk(string program, string script) => (this.program, this.script) = (program, script);

    /// <summary>Writes the script. Each request names a host and a path below one of its routes; a bare one has no other header.</summary>
    public static Wrk Create(string folder, int hosts, int requests, bool bare)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(path => Path.Combine(path, "wrk")).FirstOrDefault(File.Exists)
            ?? throw new BenchException("wrk is missing: apt-get install wrk");
        var lua = new StringBuilder("local all = {\n");
        for (var index = 0; index < requests; index++)
        {
            // Steps that share no factor with the number of hosts: all over the tables, the same in each run.
            var host = RouteSet.Host((int)(index * 7919L % hosts));
            var path = RouteSet.Paths[((index / Math.Min(requests, hosts)) + index) % RouteSet.Paths.Length];
            lua.Append($"  {{ '{host}', '{(path == "/" ? "/welcome.html" : path + "/item?id=42")}' }},\n");
        }

        lua.Append($$"""
            }
            local browser = {{(bare ? "{}" : BrowserHeaders)}}
            local next = 0
            init = function(args)
              for i, r in ipairs(all) do
                local headers = { Host = r[1] }
                for name, value in pairs(browser) do headers[name] = value end
                all[i] = wrk.format("GET", r[2], headers)
              end
            end
            request = function()
              next = next % #all + 1
              return all[next]
            end

            """);
        var script = Path.Combine(folder, $"requests-{hosts}.lua");
        File.WriteAllText(script, lua.ToString());
        return new Wrk(program, script);
    }

    /// <summary>Returns how many requests were answered, and how many of them not by 200 or not at all.</summary>
    public async Task<(long Requests, long Wrong)> RunAsync(int port, TimeSpan time, CancellationToken stop)
    {
        var text = await Child.RunAsync(
            program, ["-t1", $"-c{Connections}", $"-d{time.TotalSeconds:0}s", "-s", script, $"http://127.0.0.1:{port}/"], stop);
        var requests = RequestCount().Match(text);
        if (!requests.Success)
        {
            throw new BenchException($"wrk said nothing of requests: {text}");
        }

        var wrong = Failures().Matches(text).Sum(match => long.Parse(match.Groups["count"].Value));
        return (long.Parse(requests.Groups["count"].Value), wrong);
    }

    [GeneratedRegex(@"(?<count>\d+) requests in", RegexOptions.None, 1000)]
    private static partial Regex RequestCount();

    [GeneratedRegex(@"(?:Non-2xx or 3xx responses:|connect|read|write|timeout) (?<count>\d+)", RegexOptions.None, 1000)]
    private static partial Regex Failures();
}
