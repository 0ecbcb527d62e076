using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Sluice.Bench.Propagation;
using Sluice.Controller.Manifests;
using Sluice.Controller.Proxy;
using Sluice.Core.Haproxy;
using Sluice.Core.Translation;

namespace Sluice.Bench.Resilience;

/// <summary>Compares what HAProxy holds with what a folder of manifests asks for, all of it, apart from the controller.</summary>
internal sealed class ReadBack(string manifests, Layout layout)
{
    private static readonly TranslationOptions Options = RouteSet.Options();

    private readonly TlsProbe hosts = new(layout.HttpsPort);

    /// <summary>What the manifests ask for now.</summary>
    public Wanted Read()
    {
        var folder = new ManifestFolder(manifests);
        foreach (var path in Directory.EnumerateFiles(manifests, "*.yaml").Order(StringComparer.Ordinal))
        {
            var file = Path.GetFileName(path);
            folder.Put(file, folder.Parse(file, File.ReadAllBytes(path)));
        }

        var model = Translator.Translate(folder.Snapshot(DateTimeOffset.UtcNow) with { Now = DateTimeOffset.UtcNow }, Options).Model;
        var state = Renderer.Render(model, layout);
        return new Wanted(state, [.. Lines(state).Order(StringComparer.Ordinal)]);
    }

    /// <summary>What differs; empty if nothing does.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(Wanted wanted, CancellationToken stop)
    {
        try
        {
            using var socket = await RuntimeSocket.ConnectAsync(layout.RuntimeSocket, stop);

            // While one connection commits a certificate, HAProxy 3.4.7 must not be asked for certificates on another: it may
            // leave all of them locked for good. So the hosts are asked by handshakes first, and HAProxy when all is there.
            var differences = await DifferencesAsync(socket, null, wanted, stop);
            if (differences.Count == 0)
            {
                differences = NotShown(wanted);
            }

            return differences.Count > 0
                ? differences
                : await DifferencesAsync(
                    socket, [layout.DefaultCertificateFile, .. wanted.State.Certificates.Values.Select(entry => layout.CertificateFile(entry.Name))], wanted, stop);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return [$"not read: {e.Message}"];
        }
    }

    // The first host that shows another certificate than its own.
    private IReadOnlyList<string> NotShown(Wanted wanted)
    {
        foreach (var entry in wanted.State.Certificates.Values)
        {
            using var certificate = X509Certificate2.CreateFromPem(entry.Pem.Reveal);
            if (entry.Hosts.FirstOrDefault(host => !host.Contains('*', StringComparison.Ordinal)) is { } host
                && hosts.Ask(host) is var shown && shown != certificate.SerialNumber)
            {
                return [$"{host} showed {shown}"];
            }
        }

        return [];
    }

    // Without a list of certificates nothing is asked about them.
    private async Task<IReadOnlyList<string>> DifferencesAsync(RuntimeSocket socket, IReadOnlyList<string>? certificates, Wanted wanted, CancellationToken stop)
    {
        var text = new ObservationText(layout, certificates ?? []);
        var replies = new Queue<string>(await socket.SendAsync(
            text.Questions.Where(IsAsked).Select(question => new RuntimeLine(question, "")), stop));
        var seen = text.Read([.. text.Questions.Select(question => IsAsked(question) ? replies.Dequeue() : "")]);
        var held = Lines(seen with { Unanswered = [.. seen.Unanswered.Where(question => IsAsked(question.Question))] })
            .Order(StringComparer.Ordinal).ToList();
        var expected = certificates is null ? [.. wanted.Lines.Where(line => !IsOfCertificate(line))] : wanted.Lines;
        return held.SequenceEqual(expected, StringComparer.Ordinal)
            ? []
            : [.. expected.Except(held).Select(line => $"not held: {line}"), .. held.Except(expected).Select(line => $"held: {line}"), "these or how often"];

        bool IsAsked(string question) => certificates is not null || !question.StartsWith("show ssl ", StringComparison.Ordinal);
    }

    private static bool IsOfCertificate(string line) =>
        line.StartsWith("certificate ", StringComparison.Ordinal) || line.StartsWith("stored ", StringComparison.Ordinal) || line.Contains(".pem is ", StringComparison.Ordinal);

    private IEnumerable<string> Lines(HaproxyState state) =>
    [
        .. state.Entries.Select(Line),
        .. state.Regexes.Select((entry, index) => $"{index}: {Line(entry)}"),
        .. state.Backends.Keys.Select(name => $"backend {name}"),
        .. state.Program.Select(section => section.Name).Where(name => name.StartsWith("backend ", StringComparison.Ordinal)),
        .. state.Backends.Values.SelectMany(backend => backend.Servers.Select(server => $"server {backend.Name}/{server.Name} {server.Address} weight {server.Weight}")),
        .. state.Certificates.Values.SelectMany(entry => new[]
        {
            $"certificate {layout.CertificateFile(entry.Name)} for {string.Join(' ', entry.Hosts)}",
            $"stored {layout.CertificateFile(entry.Name)}",
            $"{layout.CertificateFile(entry.Name)} is {Fingerprint(entry.Pem.Reveal)}",
        }),
        $"stored {layout.DefaultCertificateFile}",
        $"certificate {layout.DefaultCertificateFile} for *",
        // The controller made it at its first start.
        $"{layout.DefaultCertificateFile} is {Fingerprint(File.ReadAllText($"{layout.StateDir}/self-signed.pem"))}",
        "frontend http OPEN",
        "frontend https OPEN",
    ];

    // What drains on its way out has weight 0, and its backend takes no requests. Limits are nothing that we set.
    private static IEnumerable<string> Lines(Observation seen) =>
    [
        .. seen.Unanswered.Select(question => $"no answer to {question.Question}: {question.Reply}"),
        .. seen.Entries.Select(Line),
        .. seen.Regexes.Select((entry, index) => $"{index}: {Line(entry)}"),
        .. seen.Backends.Where(backend => backend.Value).Select(backend => $"backend {backend.Key}"),
        .. seen.Servers.SelectMany(group => group).Where(server => server is { Weight: > 0, IsReady: true, IsDown: false })
            .Select(server => $"server {server.Backend}/{server.Name} {server.Address} weight {server.Weight}"),
        .. seen.CertificateList.SelectMany(group => group).Select(line => $"certificate {line.File} for {(line.Hosts.Length == 0 ? "*" : line.Hosts)}"),
        .. seen.CertificateFiles.Select(file => $"stored {file}"),
        .. seen.Fingerprints.Select(pair => $"{pair.Key} is {pair.Value}"),
        .. seen.Transactions.Select(file => $"transaction {file}"),
        .. seen.ServerLimits.Select(limit => $"limit of {limit.Key.Backend}/{limit.Key.Server}: {limit.Value}"),
        .. seen.Frontends.Select(frontend => $"frontend {frontend.Name} {frontend.Status}"),
        .. seen.Frontends.Where(frontend => frontend.ConnectionLimit != seen.ProgramConnectionLimit).Select(frontend => $"limit of {frontend.Name}"),
        .. seen.RateLimits.Select(limit => $"limit of {limit}"),
        .. seen.ConnectionLimit == seen.ProgramConnectionLimit ? Array.Empty<string>() : ["limit of connections"],
        .. seen.IsDraining ? ["draining"] : Array.Empty<string>(),
    ];

    private static string Line(MapEntry entry) => $"{entry.Map} {entry.Key} {entry.Value}";

    private static string Fingerprint(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return certificate.Thumbprint;
    }
}

/// <summary>What HAProxy should hold, and the same with one line for each thing, in order.</summary>
internal sealed record Wanted(HaproxyState State, IReadOnlyList<string> Lines);
