using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Sluice.Behaviour.Harness;
using Sluice.Core.Values;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Policies;

/// <summary>A user and a password: auth-type and what belongs to it.</summary>
public sealed class BasicAuthTests
{
    // Of "abc" and of "Hello world!".
    private const string Sha512 = "$6$saltstring$pClZZISU0lxEwKr1z81EuJdiMLwWncjShXap25hiDGVMnCvlF5zS3ysvBdVRZqPDCdSTj06rwjrLX3bOS1Cak/";
    private const string Bcrypt = "$2y$05$abcdefghijklmnopqrstuu7nFISH/8YdwlXD3lw69A4iBUf6fvWAW";
    private const string Apr1 = "$apr1$abcdefgh$Unf1zc.jsgCbBQDCL104q.";

    private static readonly (string Key, string Value)[] Asks = [("haproxy.org/auth-type", "basic-auth"), ("haproxy.org/auth-secret", "users")];

    [Fact]
    public async Task Users_of_a_Secret_are_let_in_by_their_passwords_as_it_changes()
    {
        await using var site = await PolicySite.StartAsync();
        Assert.Equal("app", await site.AskAsync());
        await site.PutAsync(Opaque("users", ("ann", Bcrypt), ("joe", Sha512)));
        Assert.Contains("backend agent changed", (await site.AnnotateAsync([.. Asks, ("sluice.dev/auth-realm", "Staff only")])).Reasons);
        var worker = await site.Sluice.Master.WorkerPidAsync();

        var refused = await site.GetAsync();
        Assert.Equal((401, "Basic realm=\"Staff only\", charset=\"UTF-8\""), (refused.Status, refused["WWW-Authenticate"]));
        Assert.Equal(["app", "app", "401", "401", "401"], [
            await AskAsync(site, "joe:abc"), await AskAsync(site, "ann:Hello world!"), await AskAsync(site, "ann:abc"), await AskAsync(site, "bob:abc"), await AskAsync(site, "joe")]);
        Assert.Equal("401", await site.AskAsync("/", Header("joe:abc"), Header("joe:abc")));
        Assert.Equal("401", await site.AskAsync("/", "Authorization: Bearer am9lOmFiYw=="));
        Assert.Equal(Header("joe:abc")["Authorization: ".Length..], (await site.GetAsync("/", Header("joe:abc"))).Echo["authorization"]);

        await site.PutAsync(Opaque("users", ("auth", $"# staff\nbob:{Apr1}\n")));
        Assert.Equal(["401", "app"], [await AskAsync(site, "joe:abc"), await AskAsync(site, "bob:Hello world!")]);

        var change = await site.PutAsync(Opaque("users", ("auth", $"bob:{Apr1}\njoe:abc\n")));
        var finding = Assert.Single(change.Findings);
        Assert.Equal((FindingCode.InvalidCredentials, "metadata.annotations[haproxy.org/auth-secret]"), (finding.Code, finding.Field));
        Assert.Contains("key auth, line 2", finding.Message, StringComparison.Ordinal);
        Assert.Equal(["401", "app"], [await AskAsync(site, "joe:abc"), await AskAsync(site, "bob:Hello world!")]);

        change = await site.PutAsync();
        Assert.Equal(FindingCode.NoCredentials, Assert.Single(change.Findings).Code);
        Assert.Equal("503", await AskAsync(site, "bob:Hello world!"));

        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
        Assert.Equal(worker, await site.Sluice.Master.WorkerPidAsync());
    }

    [Theory]
    [InlineData("auth-type", "digest", "cannot be read")]
    [InlineData("auth-type", "basic-auth", "expected auth-secret, too")]
    [InlineData("auth-secret", "users", "expected auth-type, too")]
    [InlineData("auth-secret", "Users!", "cannot be read")]
    public async Task What_is_incomplete_or_cannot_be_read_lets_nobody_in(string name, string value, string expected)
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Opaque("users", ("joe", Sha512)));

        var change = await site.AnnotateAsync(($"sluice.dev/{name}", value));

        Assert.Equal("503", await AskAsync(site, "joe:abc"));
        var finding = Assert.Single(change.Findings);
        Assert.Equal((FindingCode.InvalidSetting, $"metadata.annotations[sluice.dev/{name}]"), (finding.Code, finding.Field));
        Assert.Contains(expected, finding.Message, StringComparison.Ordinal);
        await site.SameWorkerAsync();
    }

    [Fact]
    public async Task A_Secret_of_another_namespace_needs_a_grant_unless_the_operator_names_it()
    {
        await using var site = await PolicySite.StartAsync();
        var secret = Opaque("theirs/users", ("joe", Sha512));
        await site.PutAsync(secret);
        var change = await site.AnnotateAsync(("sluice.dev/auth-type", "basic-auth"), ("sluice.dev/auth-secret", "theirs/users"));
        Assert.Equal(FindingCode.ReferenceNotGranted, Assert.Single(change.Findings).Code);
        Assert.Equal("503", await AskAsync(site, "joe:abc"));

        await site.PutAsync(secret, Grant("theirs", "default", "Secret"));
        Assert.Equal(["app", "401"], [await AskAsync(site, "joe:abc"), await site.AskAsync()]);

        await site.PutAsync(secret);
        await site.AnnotateAsync();
        await site.ConfigureAsync(("auth-type", "basic-auth"), ("auth-secret", "theirs/users"));
        Assert.Equal(["app", "401"], [await AskAsync(site, "joe:abc"), await site.AskAsync()]);
        await site.AnnotateAsync(("sluice.dev/auth-type", "none"));
        Assert.Equal("app", await site.AskAsync());
    }

    [Fact]
    public async Task While_the_agent_is_away_nobody_is_let_in_and_it_comes_back()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Opaque("users", ("joe", Sha512)));
        await site.AnnotateAsync(Asks);
        Assert.Equal("app", await AskAsync(site, "joe:abc"));
        var agent = AgentOf(site);

        agent.Kill();
        await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("503", await AskAsync(site, "joe:abc"));
        await site.Sluice.UntilLoggedAsync("The agent ended");
        await UntilLetInAsync(site);

        Assert.NotEqual(agent.Id, AgentOf(site).Id);
        Assert.Equal("401", await AskAsync(site, "joe:abcd"));
    }

    [Fact]
    public async Task While_the_agent_hangs_requests_are_soon_refused_at_once_and_it_goes_on()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Opaque("users", ("joe", Sha512)));
        await site.AnnotateAsync(Asks);
        Assert.Equal("app", await AskAsync(site, "joe:abc"));
        var agent = site.AgentPid();

        await ProcessSignal.SendAsync("STOP", agent);
        var since = Stopwatch.GetTimestamp();
        Assert.Equal("503", await AskAsync(site, "joe:abc"));
        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, 0, 6);
        since = Stopwatch.GetTimestamp();
        Assert.Equal("503", await AskAsync(site, "joe:abc"));
        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, 0, 0.5);

        await ProcessSignal.SendAsync("CONT", agent);
        await UntilLetInAsync(site);
        Assert.Equal(agent, site.AgentPid());
    }

    [Fact]
    public async Task An_agent_that_hangs_for_long_is_replaced()
    {
        await using var site = await PolicySite.StartAsync(await EchoPods.StartAsync("app"), settings => settings with { AgentPatience = TimeSpan.FromSeconds(1) });
        await site.PutAsync(Opaque("users", ("joe", Sha512)));
        await site.AnnotateAsync(Asks);
        var agent = site.AgentPid();

        await ProcessSignal.SendAsync("STOP", agent);
        await site.Sluice.UntilLoggedAsync("The agent has answered nothing for");
        await UntilLetInAsync(site);

        Assert.NotEqual(agent, site.AgentPid());
    }

    [Fact]
    public async Task What_is_malformed_ends_a_connection_of_the_agent_and_nothing_else()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Opaque("users", ("joe", Sha512)));
        await site.AnnotateAsync(Asks);
        var (agent, stop) = (AgentOf(site), TestContext.Current.CancellationToken);
        byte[][] attempts =
        [
            [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [0, 0, 0, 1, 1], [0, 0, 0, 7, 3, 0, 0, 0, 1, 0, 0], [0, 0, 0, 8, 1, 0, 0, 0, 1, 0, 0, 9], Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"),
        ];
        foreach (var bytes in attempts)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(site.Sluice.Settings.StateDir, "agent.sock")), stop);
            await socket.SendAsync(bytes, stop);
            socket.Shutdown(SocketShutdown.Send);
            var answer = new byte[1024];
            while (await socket.ReceiveAsync(answer, stop) is var length && length > 0)
            {
                Assert.Equal(102, answer[4]);
            }
        }

        Assert.Equal("app", await AskAsync(site, "joe:abc"));
        Assert.Equal(agent.Id, AgentOf(site).Id);
    }

    [Fact]
    public async Task A_controller_that_starts_again_replaces_the_agent_and_no_file_that_is_not_asked_for_stays_readable_to_others()
    {
        await using var site = await PolicySite.StartAsync();
        await site.PutAsync(Opaque("users", ("joe", Sha512)));
        await site.AnnotateAsync(Asks);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(site.Sluice.Settings.StateDir, "agent")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(site.Sluice.Settings.StateDir, "agent.sock")));
        var agent = AgentOf(site);

        await site.Sluice.RestartAsync(_ => { });

        await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["app", "401"], [await AskAsync(site, "joe:abc"), await AskAsync(site, "joe:abcd")]);
    }

    private static Process AgentOf(PolicySite site) => Process.GetProcessById(site.AgentPid());

    private static Task<string> AskAsync(PolicySite site, string credentials) => site.AskAsync("/", Header(credentials));

    // What HAProxy finds out by checks has no event.
    private static async Task UntilLetInAsync(PolicySite site)
    {
        while (await AskAsync(site, "joe:abc") != "app")
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static string Header(string credentials) => $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";
}
