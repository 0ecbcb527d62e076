using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Controller.Proxy;
using Sluice.Core.Haproxy;
using Sluice.Core.Model;
using Sluice.Core.Translation;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Behaviour.Live;

/// <summary>HAProxy refuses a part of a state that our own checks let pass: that part is left out, and nothing else.</summary>
public sealed class QuarantineTests
{
    private const string Good = "good.test/";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bad => new(["certificate", "regex", "server", "backend", "all"]);

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_refused_part_is_left_out_of_the_start(string kind)
    {
        await using var world = new World();

        Assert.Equal(ChangeKind.Start, (await world.Haproxy.StartAsync(With(world.Good(), kind), Stop)).Kind);

        Assert.True(world.Haproxy.Quarantine.Complaints.Count == (kind == "all" ? 4 : 1), string.Join("\n", world.Haproxy.Quarantine.Complaints));
        await world.ServesAsync();
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_refused_part_is_left_out_of_a_change_and_tried_again_when_it_changes(string kind)
    {
        await using var world = new World();
        var empty = world.Good() with { Hosts = Table.Empty<string, HostEntries>() };
        await world.Haproxy.StartAsync(empty, Stop);
        var worker = await world.WorkerPidAsync();

        var change = await world.Haproxy.ApplyAsync(With(world.Good(), kind), Stop);

        await world.ServesAsync();
        Assert.True(world.Haproxy.Quarantine.Complaints.Count == (kind == "all" ? 4 : 1), string.Join("\n", world.Haproxy.Quarantine.Complaints));
        Assert.All(world.Haproxy.Quarantine.Complaints.Values, complaint => Assert.NotEqual("", complaint));
        Assert.Equal(ChangeKind.Runtime, change.Kind);
        Assert.Equal(worker, await world.WorkerPidAsync());

        // The same again costs nothing; what holds no bad part any more leaves nothing aside.
        Assert.Equal(ChangeKind.Nothing, (await world.Haproxy.ApplyAsync(With(world.Good(), kind), Stop)).Kind);
        Assert.NotEqual(ChangeKind.Refused, (await world.Haproxy.ApplyAsync(world.Good(), Stop)).Kind);
        Assert.Empty(world.Haproxy.Quarantine.Complaints);
        Assert.Equal(ChangeKind.Nothing, (await world.Haproxy.ReadBackAsync(Stop)).Kind);
        await world.ServesAsync();
    }

    [Fact]
    public async Task A_part_is_left_out_of_a_reload_that_is_made_for_another_reason()
    {
        await using var world = new World();
        await world.Haproxy.StartAsync(world.Good(), Stop);

        var changed = With(world.Good(), "all") with { Program = [.. world.Good().Program, new Section("backend more", "backend more from base\n")] };
        var change = await world.Haproxy.ApplyAsync(changed, Stop);

        Assert.Equal(ChangeKind.Reload, change.Kind);
        Assert.Equal(["backend more changed"], change.Reasons);
        Assert.Equal(4, world.Haproxy.Quarantine.Complaints.Count);
        await world.ServesAsync();
    }

    private static HaproxyState With(HaproxyState state, string kind)
    {
        if (kind == "all")
        {
            return Bad.Select(row => row.Data).Where(bad => bad != "all").Aggregate(state, With);
        }

        var regex = new MapEntry(MapName.Regex, "^bad\\.test(?=/)(?:/(a)", "shop_bad_80");
        return kind switch
        {
            "certificate" => state with { Certificates = state.Certificates.SetItem("bad", new CertificateEntry("bad", new Sensitive("no PEM\n"), ["bad.test"])) },
            "regex" => state with { Hosts = state.Hosts.SetItem("bad.test", new HostEntries("bad.test", [], [regex])), Regexes = [.. state.Regexes, regex] },
            "server" => state with
            {
                Backends = state.Backends.SetItem("shop_bad_80", new BackendState("shop_bad_80", Names.StandardProfile, [new ServerState("odd", "10.0.0.1:99999", 1)])),
            },
            _ => state with { Backends = state.Backends.SetItem("shop_odd_80", new BackendState("shop_odd_80", "no-such-profile", [])) },
        };
    }

    /// <summary>A HAProxy without a controller, and a state with a route that answers.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateDirectory(Path.Join("/tmp", $"sl-{Guid.NewGuid().ToString("N")[..8]}"));
        private readonly Layout layout;
        private readonly HaproxyProcess process;
        private readonly ProxyModel model = new() { DefaultCertificate = SelfSigned() };

        public World()
        {
            layout = new Layout(folder.FullName, "127.0.0.1", Ports.Free(), Ports.Free(), 80, 443);
            process = new HaproxyProcess(HaproxyBinary.Path(), layout);
            Haproxy = new HaproxyApplier(process, new StateFiles(layout, NullLogger<StateFiles>.Instance), layout, TimeSpan.Zero, NullLogger<HaproxyApplier>.Instance);
        }

        public HaproxyApplier Haproxy { get; }

        public HaproxyState Good()
        {
            var state = Renderer.Render(model, layout);
            return state with
            {
                Hosts = state.Hosts.SetItem("good.test", new HostEntries("good.test", [new MapEntry(MapName.Routes, QuarantineTests.Good, Names.Unavailable)], [])),
            };
        }

        public async Task ServesAsync()
        {
            await using var client = new RawHttp(layout.HttpPort);
            Assert.Equal("503", (await client.GetAsync("good.test", "/")).Outcome);
            Assert.Equal("404", (await client.GetAsync("bad.test", "/a")).Outcome);
        }

        public Task<int?> WorkerPidAsync() => Controller.Proxy.MasterSocket.WorkerPidAsync(layout.MasterSocket, Stop);

        public async ValueTask DisposeAsync()
        {
            Haproxy.Dispose();
            await process.DisposeAsync();
            folder.Delete(recursive: true);
        }

        private static Certificate SelfSigned()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            return CertificateReader.TryRead(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), out var problem)
                ?? throw new InvalidOperationException(problem);
        }
    }
}
