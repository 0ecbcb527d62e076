using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Core.Values;

namespace Sluice.Controller.Webhook;

/// <summary>A verdict as the API server reads it.</summary>
internal static class AdmissionAnswer
{
    private const int Unprocessable = 422;

    // The API server cuts warnings that are longer, and all of them beyond 4096 characters.
    private const int LongestWarning = 256;

    // What people read on a terminal; what is left out comes up when the first ones are repaired.
    private const int MostShown = 16;

    // Nothing of this gets into a web page.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(string uid, Verdict verdict)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Writing))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "admission.k8s.io/v1");
            json.WriteString("kind", "AdmissionReview");
            json.WriteStartObject("response");
            json.WriteString("uid", uid);
            json.WriteBoolean("allowed", verdict.IsAllowed);
            if (!verdict.IsAllowed)
            {
                WriteStatus(json, verdict.Errors);
            }

            if (verdict.Warnings.Count > 0 || verdict.Omission.Length > 0)
            {
                WriteWarnings(json, verdict);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Why an object is refused: one sentence, or a list.</summary>
    public static string Reason(IReadOnlyList<Finding> errors) => errors.Count == 1
        ? $"Sluice cannot serve this as asked: {Text(errors[0])}"
        : $"Sluice cannot serve this as asked, for {errors.Count} reasons:{string.Concat(Shown(errors).Select(reason => $"\n* {reason}"))}";

    private static void WriteStatus(Utf8JsonWriter json, IReadOnlyList<Finding> errors)
    {
        json.WriteStartObject("status");
        json.WriteString("status", "Failure");
        json.WriteNumber("code", Unprocessable);
        json.WriteString("message", Reason(errors));
        json.WriteEndObject();
    }

    private static void WriteWarnings(Utf8JsonWriter json, Verdict verdict)
    {
        json.WriteStartArray("warnings");
        foreach (var warning in verdict.Omission.Length > 0 ? [verdict.Omission] : Shown(verdict.Warnings))
        {
            json.WriteStringValue(Short(warning));
        }

        json.WriteEndArray();
    }

    private static IEnumerable<string> Shown(IReadOnlyList<Finding> findings)
    {
        var shown = findings.Take(MostShown).Select(Text);
        return findings.Count <= MostShown ? shown : shown.Append($"and {findings.Count - MostShown} more");
    }

    private static string Text(Finding finding) =>
        finding.Field.Length == 0 ? $"{finding.Message} [{finding.Code}]" : $"{finding.Field}: {finding.Message} [{finding.Code}]";

    private static string Short(string text)
    {
        if (text.Length <= LongestWarning)
        {
            return text;
        }

        // Not through the middle of a character.
        var end = LongestWarning - 1;
        return $"{text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)}…";
    }
}
