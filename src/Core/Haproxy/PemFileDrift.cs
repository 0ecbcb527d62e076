using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>How the files that HAProxy holds for TLS to pods differ from those that it should hold.</summary>
/// <param name="Files">Those of the wanted ones that are there.</param>
/// <param name="Repairs">Commands for those that are not as they should be.</param>
/// <param name="Retiring">Those that nobody wants; servers that are on their way out may still use them.</param>
internal sealed record PemFileDrift(Table<string, UsedPemFile> Files, EquatableArray<RuntimeCommand> Repairs, EquatableArray<Retirement> Retiring)
{
    public static PemFileDrift Between(Observation seen, HaproxyState wanted, Layout layout)
    {
        var there = seen.AuthorityFiles.Concat(seen.CertificateFiles).Select(layout.PemFileName).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var files = wanted.PemFiles;
        var repairs = seen.AuthorityTransactions.Select(RuntimeCommand (path) => new RuntimeCommand.AbortAuthorities(path)).ToList();
        foreach (var file in wanted.PemFiles.Values.Select(used => used.File))
        {
            if (!there.Remove(file.Name))
            {
                files = files.Remove(file.Name);
            }
            else if (IsOther(seen, file, layout.PemFile(file.Name)))
            {
                repairs.Add(new RuntimeCommand.ReplacePemFile(file));
            }
        }

        return new PemFileDrift(files, repairs.ToEquatableArray(), there.Select(Retirement.Of).ToEquatableArray());
    }

    private static bool IsOther(Observation seen, PemFile file, string path) => file.IsOfAuthorities
        ? seen.AuthorityFingerprints.TryGetValue(path, out var authorities) && !authorities.SetEquals(CertificateFingerprint.OfAll(file.Pem))
        : seen.Fingerprints.TryGetValue(path, out var shown) && shown != CertificateFingerprint.OfLeaf(file.Pem);
}
