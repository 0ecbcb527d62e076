using System.Text;

namespace Sluice.Core.Haproxy;

/// <content>Commands for the files that servers name for TLS (HAProxy management guide, "set ssl ca-file", "set ssl cert").</content>
public abstract partial record RuntimeCommand
{
    /// <summary>Gives HAProxy a file.</summary>
    public sealed record AddPemFile(PemFile File) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout)
        {
            var path = layout.PemFile(File.Name);
            return
            [
                File.IsOfAuthorities ? new RuntimeLine($"new ssl ca-file {path}", "New CA file") : new RuntimeLine($"new ssl cert {path}", "New empty"),
                .. new ReplacePemFile(File).Lines(layout),
            ];
        }
    }

    /// <summary>Gives a file the content that it should have.</summary>
    public sealed record ReplacePemFile(PemFile File) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout)
        {
            var path = layout.PemFile(File.Name);
            if (!File.IsOfAuthorities)
            {
                return new ReplaceCertificate(path, File.Pem).Lines(layout);
            }

            // There may be hundreds of them, which no single command takes.
            var parts = Parts(File.Pem.Reveal);
            return
            [
                .. parts.Select((part, index) => new RuntimeLine($"{(index == 0 ? "set" : "add")} ssl ca-file {path} <<\n{part}", "transaction")),
                new RuntimeLine($"commit ssl ca-file {path}", "Success"),
            ];
        }

        private static List<string> Parts(string pem)
        {
            const string End = "-----END CERTIFICATE-----\n";
            var parts = new List<string>();
            var part = new StringBuilder();
            foreach (var certificate in pem.Split(End, StringSplitOptions.RemoveEmptyEntries))
            {
                if (part.Length > 0 && part.Length + certificate.Length > LargestPayload / 2)
                {
                    parts.Add(part.ToString());
                    part.Clear();
                }

                part.Append(certificate).Append(End);
            }

            return [.. parts, part.ToString()];
        }
    }

    /// <summary>Gives up a change of authorities that somebody began.</summary>
    public sealed record AbortAuthorities(string Path) : RuntimeCommand
    {
        public override IEnumerable<RuntimeLine> Lines(Layout layout) => [new($"abort ssl ca-file {Path}", "aborted")];
    }
}
