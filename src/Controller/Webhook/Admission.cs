using System.Runtime.InteropServices;
using System.Text.Json;
using Sluice.Controller.Manifests;
using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Sluice.Core.Values;

namespace Sluice.Controller.Webhook;

/// <summary>What is said to the API server: what is wrong with an object, and what of it is a reason to refuse it.</summary>
/// <param name="Errors">What it is refused for; without any it is allowed.</param>
/// <param name="Warnings">What its author is told all the same.</param>
internal sealed record Verdict(IReadOnlyList<Finding> Errors, IReadOnlyList<Finding> Warnings)
{
    public bool IsAllowed => Errors.Count == 0;

    /// <summary>Why it was not looked at, where its author would expect that it was.</summary>
    public string Omission { get; init; } = "";

    public static Verdict Allowed { get; } = new([], []);
}

/// <summary>
/// Judges one object by itself, as <c>sluice check</c> does. An object is refused only for an error that its own text
/// makes and that it did not make before; whatever is not understood is allowed.
/// </summary>
/// <param name="classes">Which Ingresses are ours.</param>
/// <param name="options">What the operator chose.</param>
internal sealed class Admission(ClassSelection classes, TranslationOptions options)
{
    // The largest Ingresses in use are a tenth of this. What is larger could take more memory than there is.
    private const int LargestObject = 1 << 20;

    public Verdict Judge(AdmissionRequest request)
    {
        // Who removes the finalizers of an object that is being deleted must not be asked to repair it first.
        if (request is not { Operation: "CREATE" or "UPDATE", SubResource: "" }
            || request.Object.Member("metadata").Member("deletionTimestamp").Text() is not null)
        {
            return Verdict.Allowed;
        }

        if ((IsTooLarge(request.Object) || IsTooLarge(request.OldObject)) && IsOurs(request.Kind, request.Object, []))
        {
            return Verdict.Allowed with { Omission = "Sluice did not check this, because it is larger than 1 MiB" };
        }

        var found = Find(request, request.Object);
        var before = found.Count > 0 && request.Operation == "UPDATE" ? Find(request, request.OldObject) : [];
        var refused = found.Where(finding => finding.Severity == Severity.Error && !WasThere(finding, before, request)).ToList();
        return new Verdict(refused, [.. found.Except(refused).Where(finding => finding.Severity >= Severity.Warning)]);
    }

    private static bool IsTooLarge(JsonElement source) => source.IsObject() && JsonMarshal.GetRawUtf8Value(source).Length > LargestObject;

    // An old mistake does not stand in the way of another change: else nobody, and no other controller, could touch the
    // object any more. Where the text at fault is another one, it is a new mistake.
    private static bool WasThere(Finding finding, IReadOnlyList<Finding> before, AdmissionRequest request) =>
        before.Contains(finding) && FieldPath.HaveSame(request.Object, request.OldObject, finding.Field);

    private IReadOnlyList<Finding> Find(AdmissionRequest request, JsonElement source)
    {
        var mismatch = new List<Finding>();
        if (!IsOurs(request.Kind, source, mismatch))
        {
            return mismatch;
        }

        return ResourceDecoder.Decode(request.Kind, request.ApiVersion, JsonMarshal.GetRawUtf8Value(source)) switch
        {
            Decoded.Valid valid => ObjectCheck.Check(valid.Resource, options),
            Decoded.Invalid invalid => [new Finding(invalid.Object, invalid.Field, FindingCode.InvalidObject, invalid.Problem)],
            _ => [],
        };
    }

    // The API server gives every object a name before it asks; what has none is nothing that we know.
    private bool IsOurs(string kind, JsonElement source, List<Finding> mismatch) =>
        NameOf(source) is { Name.Length: > 0 } name && kind switch
        {
            "Ingress" => classes.Includes(ClassesOf(source), mismatch),
            "ConfigMap" => name == options.Config,
            _ => false,
        };

    private static NamespacedName NameOf(JsonElement source)
    {
        var metadata = source.Member("metadata");
        return new NamespacedName(metadata.Member("namespace").Text() ?? "", metadata.Member("name").Text() ?? "");
    }

    // As much of an Ingress as tells whose it is: one that cannot be decoded may be somebody else's.
    private static IngressResource ClassesOf(JsonElement source)
    {
        var annotations = new Dictionary<string, string>();
        if (source.Member("metadata").Member("annotations").Member(IngressResource.ClassAnnotation).Text() is { } annotated)
        {
            annotations[IngressResource.ClassAnnotation] = annotated;
        }

        return new IngressResource(NameOf(source))
        {
            ClassName = source.Member("spec").Member("ingressClassName").Text(),
            Annotations = annotations.ToEquatableMap(),
        };
    }
}
