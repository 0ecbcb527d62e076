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
    public Verdict Judge(AdmissionRequest request)
    {
        // Who removes the finalizers of an object that is being deleted must not be asked to repair it first.
        if (request is not { Operation: "CREATE" or "UPDATE", SubResource: "" }
            || request.Object.Member("metadata").Member("deletionTimestamp").Text() is not null)
        {
            return Verdict.Allowed;
        }

        var found = Find(request, request.Object);
        var before = found.Count > 0 && request.Operation == "UPDATE" ? Find(request, request.OldObject) : [];
        var refused = found.Where(finding => finding.Severity == Severity.Error && !WasThere(finding, before, request)).ToList();
        return new Verdict(refused, [.. found.Except(refused).Where(finding => finding.Severity >= Severity.Warning)]);
    }

    // An old mistake does not stand in the way of another change: else nobody, and no other controller, could touch the
    // object any more. Where the text at fault is another one, it is a new mistake.
    private static bool WasThere(Finding finding, IReadOnlyList<Finding> before, AdmissionRequest request) =>
        before.Contains(finding) && FieldPath.HaveSame(request.Object, request.OldObject, finding.Field);

    private IReadOnlyList<Finding> Find(AdmissionRequest request, JsonElement source)
    {
        // The API server gives every object a name before it asks; what has none is nothing that we know.
        if (request.Kind is not ("Ingress" or "ConfigMap") || source.Member("metadata").Member("name").Text() is not { Length: > 0 })
        {
            return [];
        }

        var mismatch = new List<Finding>();
        if (request.Kind == "Ingress" && !classes.Includes(ClassesOf(source), mismatch))
        {
            return mismatch;
        }

        return ResourceDecoder.Decode(request.Kind, request.ApiVersion, JsonMarshal.GetRawUtf8Value(source)) switch
        {
            Decoded.Valid valid => ObjectCheck.Check(valid.Resource, options),
            Decoded.Invalid invalid when request.Kind == "Ingress" || invalid.Object.Name == options.Config =>
                [new Finding(invalid.Object, invalid.Field, FindingCode.InvalidObject, invalid.Problem)],
            _ => [],
        };
    }

    // As much of an Ingress as tells whose it is: one that cannot be decoded may be somebody else's.
    private static IngressResource ClassesOf(JsonElement source)
    {
        var metadata = source.Member("metadata");
        var annotations = new Dictionary<string, string>();
        if (metadata.Member("annotations").Member(IngressResource.ClassAnnotation).Text() is { } annotated)
        {
            annotations[IngressResource.ClassAnnotation] = annotated;
        }

        return new IngressResource(new NamespacedName(metadata.Member("namespace").Text() ?? "", metadata.Member("name").Text() ?? ""))
        {
            ClassName = source.Member("spec").Member("ingressClassName").Text(),
            Annotations = annotations.ToEquatableMap(),
        };
    }
}
