using Sluice.Behaviour.Harness;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Routing;

/// <summary>Each row of <see cref="HostPathTable"/>, over both protocols.</summary>
public sealed class HostPathTableTests(HostPathTableTests.Given given) : IClassFixture<HostPathTableTests.Given>
{
    public sealed class Given() : Scenario(HostPathTable.Services)
    {
        protected override Task GivenAsync() => Sluice.ApplyAsync(files =>
        {
            files.Write("services.yaml", ServiceForEach(Pods.All));
            files.Write("table.yaml", Ingress("table", HostPathTable.Rules));
            files.Write("regex.yaml", Ingress("regex", HostPathTable.RegexRules, annotations: [("sluice.dev/path-type", "regex")]));
        });
    }

    public static TheoryData<int, string> Http1Rows { get; } = Numbered(_ => true);

    public static TheoryData<int, string> Http2Rows { get; } = Numbered(row => !row.Http1Only);

    [Theory]
    [MemberData(nameof(Http1Rows))]
    public async Task Over_http1_the_right_service_answers(int number, string title)
    {
        var row = HostPathTable.Rows[number];
        await using var connection = await RawConnection.OpenAsync(given.Sluice.HttpPort);

        var response = await connection.SendAsync(row.Target == "*" ? "OPTIONS" : "GET", row.Target, row.Host);

        AssertAnswered(row, response, title);
    }

    [Theory]
    [MemberData(nameof(Http2Rows))]
    public async Task Over_http2_the_right_service_answers(int number, string title)
    {
        var row = HostPathTable.Rows[number];

        var response = await given.Sluice.Http2.GetAsync(row.Host ?? "", row.Target);

        AssertAnswered(row, response, title);
    }

    private static void AssertAnswered(HostPathRow row, Response response, string title) => Assert.True(
        row.Expected.Split('|').Contains(response.Outcome, StringComparer.Ordinal),
        $"{title}: expected {row.Expected}, but {response.Outcome} answered.");

    private static TheoryData<int, string> Numbered(Func<HostPathRow, bool> wanted)
    {
        var data = new TheoryData<int, string>();
        foreach (var (number, row) in HostPathTable.Rows.Index().Where(entry => wanted(entry.Item)))
        {
            var target = row.Target.Length > 60 ? $"{row.Target[..20]}… of {row.Target.Length} characters" : row.Target;
            data.Add(number, $"{row.Host ?? "no host"} {target}");
        }

        return data;
    }
}
