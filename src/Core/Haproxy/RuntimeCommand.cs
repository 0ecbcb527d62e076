using System.Text;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>One line for HAProxy's socket, with its payload, and the text that its reply must hold ("" for: no reply).</summary>
public readonly record struct RuntimeLine(string Text, string Expected);

/// <summary>One step that HAProxy takes at run time (HAProxy management guide, section 9.3).</summary>
public abstract partial record RuntimeCommand
{
    /// <summary>Payloads beyond this are at times cut by HAProxy 3.4 (its buffer holds 16 kB).</summary>
    public const int LargestPayload = 12_000;

    private RuntimeCommand()
    {
    }

    /// <summary>The lines to send, in order.</summary>
    public abstract IEnumerable<RuntimeLine> Lines(Layout layout);

    /// <summary>Makes a backend that does not take requests yet.</summary>
    public sealed record AddBackend(string Backend, string Profile) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"add backend {Backend} from {Profile} guid {Names.Guid("b", Backend)}", "registered")];
    }

    /// <summary>Lets a backend take requests.</summary>
    public sealed record PublishBackend(string Backend) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"publish backend {Backend}", "published")];
    }

    /// <summary>Stops a backend from taking requests; it is deleted when it is empty.</summary>
    public sealed record RetireBackend(string Backend) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"unpublish backend {Backend}", "unpublished")];
    }

    /// <summary>Adds a server, ready for requests unless its weight is 0.</summary>
    public sealed record AddServer(string Backend, ServerState Server) : RuntimeCommand
    {
        /// <summary>Whether HAProxy asks for a name in checks unless it is told not to.</summary>
        public bool IsNamedByItself { get; init; } = true;

        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
        [
            new($"add server {Backend}/{Server.Name} {Server.Address}{Server.Keywords}{(IsNamedByItself && Server.IsCheckedUnnamed ? $" {ServerKeywords.UnnamedCheck}" : "")} guid {Names.Guid("s", Backend, Server.Name)}", "registered"),
            new($"enable server {Backend}/{Server.Name}", ""),
            .. Server.IsChecked ? [new RuntimeLine($"enable health {Backend}/{Server.Name}", "")] : Array.Empty<RuntimeLine>(),
            .. Server is { HasAgent: true, Weight: > 0 } ? [new RuntimeLine($"enable agent {Backend}/{Server.Name}", "")] : Array.Empty<RuntimeLine>(),
        ];
    }

    /// <summary>Brings back a server that was on its way out.</summary>
    public sealed record ReviveServer(string Backend, ServerState Server) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
        [
            new($"set server {Backend}/{Server.Name} weight {Server.Weight}", ""),
            new($"set server {Backend}/{Server.Name} state ready", ""),
            .. Server is { HasAgent: true, Weight: > 0 } ? [new RuntimeLine($"enable agent {Backend}/{Server.Name}", "")] : Array.Empty<RuntimeLine>(),
        ];
    }

    /// <summary>Changes the weight of a server.</summary>
    public sealed record SetWeight(string Backend, string Server, int Weight) : RuntimeCommand
    {
        /// <summary>Whether an agent gives it a weight: not while it is to have none.</summary>
        public bool HasAgent { get; init; }

        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
        [
            .. HasAgent ? [new RuntimeLine($"{(Weight > 0 ? "enable" : "disable")} agent {Backend}/{Server}", "")] : Array.Empty<RuntimeLine>(),
            new($"set server {Backend}/{Server} weight {Weight}", ""),
        ];
    }

    /// <summary>Gives a server no new requests; it is deleted when its last one has ended.</summary>
    public sealed record RetireServer(string Backend, string Server) : RuntimeCommand
    {
        /// <summary>Whether a cookie leads clients to it: they go on to come while it has no more than no weight.</summary>
        public bool IsSticky { get; init; }

        /// <summary>Whether an agent would give it requests again.</summary>
        public bool HasAgent { get; init; }

        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
        [
            .. HasAgent ? [new RuntimeLine($"disable agent {Backend}/{Server}", "")] : Array.Empty<RuntimeLine>(),
            new($"set server {Backend}/{Server} weight 0", ""),
            .. IsSticky ? [new RuntimeLine($"set server {Backend}/{Server} state maint", "")] : Array.Empty<RuntimeLine>(),
        ];
    }

    /// <summary>Adds an entry to a map.</summary>
    public sealed record AddMapEntry(MapEntry Entry) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
            [new($"add map {layout.MapFile(Entry.Map)} {ConfigWriter.CommandWord(Entry.Key)} {ConfigWriter.CommandWord(Entry.Value)}", "")];
    }

    /// <summary>Changes the value of an entry of a map, in one step.</summary>
    public sealed record SetMapEntry(MapEntry Entry) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
            [new($"set map {layout.MapFile(Entry.Map)} {ConfigWriter.CommandWord(Entry.Key)} {ConfigWriter.CommandWord(Entry.Value)}", "")];
    }

    /// <summary>Removes an entry from a map.</summary>
    public sealed record RemoveMapEntry(MapName Map, string Key) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
            [new($"del map {layout.MapFile(Map)} {ConfigWriter.CommandWord(Key)}", "")];
    }

    /// <summary>Replaces the whole of the regular expressions, because their order counts.</summary>
    public sealed record ReplaceRegexes(EquatableArray<MapEntry> Entries) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout)
        {
            var file = layout.MapFile(MapName.Regex);
            yield return new RuntimeLine($"prepare map {file}", "New version created");
            var payload = new StringBuilder();
            foreach (var entry in Entries)
            {
                payload.Append(entry.Key).Append(' ').Append(entry.Value).Append('\n');
                if (payload.Length > LargestPayload / 2)
                {
                    yield return new RuntimeLine($"add map @{NewVersion} {file} <<\n{payload}", "");
                    payload.Clear();
                }
            }

            if (payload.Length > 0)
            {
                yield return new RuntimeLine($"add map @{NewVersion} {file} <<\n{payload}", "");
            }

            yield return new RuntimeLine($"commit map @{NewVersion} {file}", "");
        }
    }

    /// <summary>Stands for the version number that HAProxy answered to "prepare map".</summary>
    public const string NewVersion = "{version}";

    /// <summary>Adds a certificate for its hosts.</summary>
    public sealed record AddCertificate(CertificateEntry Entry) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout)
        {
            var file = layout.CertificateFile(Entry.Name);
            return
            [
                new($"new ssl cert {file}", "New empty certificate store"),
                new($"set ssl cert {file} <<\n{Entry.Pem.Reveal}", "Transaction"),
                new($"commit ssl cert {file}", "Success"),
                new($"add ssl crt-list {layout.CertificateList} <<\n{StateText.CertificateLine(Entry, layout)}\n", "Success"),
            ];
        }
    }

    /// <summary>Removes a certificate.</summary>
    public sealed record RemoveCertificate(string Name) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) =>
        [
            new($"del ssl crt-list {layout.CertificateList} {layout.CertificateFile(Name)}", "deleted"),
            new($"del ssl cert {layout.CertificateFile(Name)}", "deleted"),
        ];
    }

    /// <summary>Puts another certificate in the place of the default one.</summary>
    public sealed record ReplaceDefaultCertificate(Sensitive Pem) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => new ReplaceCertificate(layout.DefaultCertificateFile, Pem).Lines(layout);
    }
}
