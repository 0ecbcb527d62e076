using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>Timeouts that are part of the program.</summary>
public sealed class GlobalTimeoutTests
{
    [Fact]
    public async Task A_change_is_a_reload_and_a_bad_value_leaves_the_default()
    {
        await using var site = await PolicySite.StartAsync();
        var change = await site.ConfigureAsync(("timeout-http-request", "200"), ("timeout-client", "5m"), ("timeout-queue", "1s"), ("timeout-client-fin", "10s"),
            ("timeout-server-fin", "10s"), ("timeout-http-keep-alive", "9s"), ("timeout-connect", "2s"), ("hard-stop-after", "10m"));
        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.Empty(change.Findings);
        Assert.Equal("408", await StatusOfHalfARequestAsync(site));
        Assert.Equal("app", await site.AskAsync());

        change = await site.ConfigureAsync(("timeout-http-request", "soon"));
        Assert.Equal(ChangeKind.Reload, change.Kind);
        var finding = Assert.Single(change.Findings);
        Assert.Equal("data[timeout-http-request]", finding.Field);
        Assert.Contains("'soon' cannot be read, expected a time", finding.Message, StringComparison.Ordinal);
        var half = StatusOfHalfARequestAsync(site);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(half.IsCompleted);

        Assert.Equal(ChangeKind.Nothing, (await site.ConfigureAsync()).Kind);
        Assert.Equal(ChangeKind.Runtime, (await site.ConfigureAsync(("timeout-server", "5000"))).Kind);
    }

    private static async Task<string> StatusOfHalfARequestAsync(PolicySite site)
    {
        try
        {
            await using var connection = await RawConnection.OpenAsync(site.Sluice.HttpPort);
            await connection.WriteAsync("GET / HTTP/1.1\r\nHost: app.test\r\n");
            return (await connection.ReadAsync("GET")).Outcome;
        }
        catch (IOException)
        {
            return "closed";
        }
    }
}
