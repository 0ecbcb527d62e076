using CsCheck;
using Sluice.Core.Haproxy;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Properties;

/// <summary>What is read back from HAProxy, and what is done about it.</summary>
[Collection(PropertyTests.Name)]
public sealed class DriftTests
{
    private static readonly HaproxyState Start = World.Start.Translated().Rendered();

    [Fact]
    public void Where_HAProxy_holds_another_state_of_this_program_the_same_is_done_as_if_it_were_known() => World.Edits.Array[0, 6].Select(World.Edits.Array[0, 6]).Sample(
        (before, after) =>
        {
            var (held, wanted) = (State(before), State(after));
            if (held.Program != wanted.Program)
            {
                Assert.IsType<Plan.Reload>(Drift.Between(Seen(held), wanted, Show.Layout, "").Repair(wanted));
                return;
            }

            var known = Commands(Planner.Plan(new RunningState(held with { DefaultCertificate = wanted.DefaultCertificate }, []), wanted), held);
            var found = Commands(Drift.Between(Seen(held), wanted, Show.Layout, "").Repair(wanted), held);
            Assert.Equal(known, found);
        },
        iter: 300, threads: 2);

    [Fact]
    public void Where_it_holds_what_it_should_there_is_nothing_to_do() =>
        Assert.IsType<Plan.Nothing>(Drift.Between(Seen(Start), Start, Show.Layout, "").Repair(Start));

    [Fact]
    public void Another_program_is_reloaded() =>
        Assert.Equal(
            ["HAProxy runs another program"],
            Assert.IsType<Plan.Reload>(Drift.Between(Seen(Start) with { ProgramId = "other" }, Start, Show.Layout, "").Repair(Start)).Reasons);

    [Fact]
    public void A_certificate_that_was_replaced_and_is_too_large_for_the_socket_comes_back_by_a_reload()
    {
        var large = new Sensitive(new string('x', RuntimeCommand.LargestPayload + 1));
        var entry = new CertificateEntry("large", large, ["shop.example.com"]);
        var wanted = Start with { Certificates = Start.Certificates.SetItem("large", entry) };
        var file = Show.Layout.CertificateFile("large");

        var seen = Seen(wanted) with { Fingerprints = new Dictionary<string, string> { [file] = "AB" } };

        Assert.Contains(file, Assert.Single(Assert.IsType<Plan.Reload>(Drift.Between(seen, wanted, Show.Layout, "").Repair(wanted)).Reasons), StringComparison.Ordinal);
    }

    // The default certificate is told by its fingerprint alone, which stands in no state.
    private static HaproxyState State(Edit[] edits) => edits.Aggregate(World.Start, (cluster, edit) => edit.Apply(cluster)).Translated().Rendered();

    // A server that gets no requests as it is need not be told so. HAProxy does not tell which ones a cookie leads to; those
    // that are found lose their clients a moment later, when they are deleted.
    private static IEnumerable<string> Commands(Plan plan, HaproxyState held) => plan switch
    {
        Plan.Update update => update.Commands
            .Where(command => !(command is RuntimeCommand.RetireServer retire
                && held.Backends[retire.Backend].Servers.First(server => server.Name == retire.Server).Weight == 0))
            .Select(command => (command is RuntimeCommand.RetireServer retired ? retired with { IsSticky = false } : command).ToString()).Order(StringComparer.Ordinal),
        Plan.Reload reload => reload.Reasons,
        _ => [],
    };

    private static Observation Seen(HaproxyState state) => new()
    {
        IsStopping = false,
        Unanswered = [],
        ProgramId = StateText.ProgramId(state),
        Entries = [.. state.Entries],
        Regexes = state.Regexes,
        Backends = state.Backends.Keys.Append(Names.Unavailable).ToDictionary(name => name, _ => true),
        Servers = state.Backends.Values
            .SelectMany(backend => backend.Servers.Select(server => new ObservedServer(backend.Name, server.Name, server.Address, server.Weight, IsReady: true)
            {
                IsTls = server.IsTls,
                CheckPort = 0,
                Agent = ("-", server.AgentPort),
            }))
            .ToLookup(server => server.Backend),
        ServerLimits = new Dictionary<(string, string), int>(),
        Frontends = [new ObservedFrontend("http", "OPEN", 10), new ObservedFrontend("https", "OPEN", 10)],
        RateLimits = [],
        ConnectionLimit = 10,
        ProgramConnectionLimit = 10,
        CertificateFiles = state.Certificates.Keys.Select(Show.Layout.CertificateFile).Append(Show.Layout.DefaultCertificateFile)
            .Concat(state.PemFiles.Keys.Where(name => !PemFile.AreAuthorities(name)).Select(Show.Layout.PemFile)).ToHashSet(),
        AuthorityFiles = state.PemFiles.Keys.Where(PemFile.AreAuthorities).Select(Show.Layout.PemFile).ToHashSet(),
        AuthorityTransactions = [],
        AuthorityFingerprints = new Dictionary<string, HashSet<string>>(),
        Transactions = [],
        CertificateList = state.Certificates.Values
            .Select((entry, index) => new ListedCertificate(Show.Layout.CertificateFile(entry.Name), $"{index + 2}", string.Join(' ', entry.Hosts)))
            .ToLookup(line => line.File),
        Fingerprints = new Dictionary<string, string>(),
    };
}
