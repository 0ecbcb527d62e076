using Sluice.Controller.Manifests;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Sluice.Core.Values;

namespace Sluice.Controller.Check;

/// <summary>Finds what is wrong with manifests, as the controller would that serves them. Needs neither HAProxy nor a cluster.</summary>
public static class ManifestCheck
{
    /// <summary>Reads the manifests and judges them.</summary>
    /// <param name="paths">Files and folders as the user typed them; <c>-</c> stands for standard input.</param>
    /// <param name="chosen">What is given beside them.</param>
    /// <param name="standardInput">What <c>-</c> stands for.</param>
    /// <exception cref="IOException">A path cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A path must not be read.</exception>
    /// <exception cref="InvalidDataException">The ConfigMap or the database of countries cannot be read.</exception>
    public static CheckResult Run(IReadOnlyList<string> paths, CheckOptions chosen, Stream standardInput)
    {
        var now = DateTimeOffset.UtcNow;
        var settings = new ControllerSettings { Manifests = "", Haproxy = "", StateDir = "/run/sluice", Config = chosen.Config, AllowSnippets = chosen.AllowSnippets };
        var options = settings.TranslationOptions(SelfSignedCertificate.Create(now));
        options = options with { ImpliedClass = chosen.IngressClass ?? options.ImpliedClass };

        var sources = ManifestSources.Read(paths, standardInput);
        var cluster = sources.Folder.Snapshot(now) with { Countries = chosen.Countries.Length > 0 ? Known(chosen.Countries) : null };
        var translation = Translator.Translate(WithPlaceOf(options.ConfigFile, chosen.Config, cluster, sources), options);
        var lines = new FieldLines(sources.Contents);
        var classes = ClassSelection.Of(cluster, options);
        return new CheckResult(Ordered(translation.Findings.Select(lines.Locate)))
        {
            Files = sources.Folder.Files.Count,
            Objects = cluster.Locations.Count,
            UnknownKinds = sources.Folder.UnknownKinds,
            OfOtherClasses = cluster.Ingresses.Values.Count(ingress => !classes.Includes(ingress, [])),
        };
    }

    // Which one it is does not matter, as long as it can be read.
    private static string Known(string countries)
    {
        try
        {
            CountryFile.Load(countries);
            return countries;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{countries}: {e.Message}", e);
        }
    }

    // A ConfigMap from a file of its own is used instead of one among the manifests; what is found in it says where it is.
    private static ClusterSnapshot WithPlaceOf(ConfigMapResource? used, string file, ClusterSnapshot cluster, ManifestSources sources) =>
        used is null || sources.Consult(file).FirstOrDefault(item => item.Ref == used.Ref) is not { } place
            ? cluster
            : cluster with { Locations = cluster.Locations.SetItem(used.Ref, new SourceLocation(file, place.Line)) };

    private static EquatableArray<Finding> Ordered(IEnumerable<Finding> findings) =>
        findings.OrderBy(finding => finding.Location?.File ?? "", StringComparer.Ordinal)
            .ThenBy(finding => finding.Location?.Line ?? 0)
            .ThenBy(finding => finding.Field, StringComparer.Ordinal)
            .ToEquatableArray();
}

/// <summary>What manifests are judged with.</summary>
/// <param name="Config">The ConfigMap with the global settings, as for <c>sluice run</c>.</param>
/// <param name="IngressClass">The class that is ours, as long as the manifests hold no IngressClass of ours; null for the usual one.</param>
public sealed record CheckOptions(string Config, string? IngressClass = null)
{
    /// <summary>The database of countries; empty for none.</summary>
    public string Countries { get; init; } = "";

    /// <summary>Whether lines of HAProxy's own language in the ConfigMap count.</summary>
    public bool AllowSnippets { get; init; }
}

/// <summary>What is wrong with manifests, and how many there were.</summary>
/// <param name="Findings">By file and line.</param>
public sealed record CheckResult(EquatableArray<Finding> Findings)
{
    public int Files { get; init; }

    public int Objects { get; init; }

    /// <summary>How many objects were of kinds that we do not use.</summary>
    public int UnknownKinds { get; init; }

    /// <summary>How many Ingresses name a class that is not ours: hardly anything of these is checked.</summary>
    public int OfOtherClasses { get; init; }

    public int Errors => Findings.Count(finding => finding.Severity == Severity.Error);

    public int Warnings => Findings.Count(finding => finding.Severity == Severity.Warning);
}
