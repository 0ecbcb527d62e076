using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Core.Values;

namespace Sluice.Controller.Check;

/// <summary>How findings are printed.</summary>
public enum CheckFormat
{
    /// <summary>One line each, as compilers do.</summary>
    Text,

    /// <summary>One JSON document.</summary>
    Json,

    /// <summary>Workflow commands of GitHub Actions, which become annotations on the lines of a pull request.</summary>
    GitHub,
}

/// <summary>The result of a check as text.</summary>
public static class CheckReport
{
    private const string Bold = "\e[1m";
    private const string Red = "\e[31m";
    private const string Yellow = "\e[33m";
    private const string Plain = "\e[0m";

    // Names and messages are read by people; nothing of this gets into a web page.
    private static readonly JsonWriterOptions JsonOptions = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The findings, each ended by a line feed.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="format">How to print it.</param>
    /// <param name="isColoured">Whether the text format may use colours.</param>
    public static string Write(CheckResult result, CheckFormat format, bool isColoured = false) => format switch
    {
        CheckFormat.Json => Json(result),
        CheckFormat.GitHub => Lines(result, GitHub),
        _ => Lines(result, finding => Text(finding, isColoured)),
    };

    /// <summary>One sentence: how much was found in how much.</summary>
    public static string Summary(CheckResult result)
    {
        var found = (result.Errors, result.Warnings) switch
        {
            (0, 0) => result.Findings.Count == 0 ? "no findings" : "no errors or warnings",
            (var errors, 0) => Count(errors, "error"),
            (0, var warnings) => Count(warnings, "warning"),
            var (errors, warnings) => $"{Count(errors, "error")} and {Count(warnings, "warning")}",
        };
        var text = new StringBuilder($"{found} in {Count(result.Objects, "object")} of {Count(result.Files, "file")}");
        text.Append(result.OfOtherClasses > 0 ? $"; {Count(result.OfOtherClasses, "Ingress", "Ingresses")} of other classes not checked" : "");
        text.Append(result.UnknownKinds > 0 ? $"; {Count(result.UnknownKinds, "object")} of kinds that are not used here left out" : "");
        return text.ToString();
    }

    private static string Count(int count, string one, string? many = null) => $"{count} {(count == 1 ? one : many ?? $"{one}s")}";

    private static string Lines(CheckResult result, Func<Finding, string> line) => string.Concat(result.Findings.Select(finding => $"{line(finding)}\n"));

    private static string Text(Finding finding, bool isColoured)
    {
        var place = finding.Location is { } location ? InOneLine($"{location}: ") : "";
        var severity = Name(finding.Severity);
        if (isColoured)
        {
            place = $"{Bold}{place}{Plain}";
            severity = $"{(finding.Severity == Severity.Error ? Red : Yellow)}{severity}{Plain}";
        }

        return $"{place}{severity}: {InOneLine(Subject(finding))}: {finding.Message} [{finding.Code.Id}]";
    }

    // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    private static string GitHub(Finding finding)
    {
        var command = finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "notice" };
        var place = finding.Location is { } location ? $"file={Property(location.File)},line={location.Line}," : "";
        return $"::{command} {place}title={Property(finding.Code.Id)}::{Data($"{Subject(finding)}: {finding.Message}")}";
    }

    private static string Json(CheckResult result)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("files", result.Files);
            json.WriteNumber("objects", result.Objects);
            json.WriteNumber("errors", result.Errors);
            json.WriteNumber("warnings", result.Warnings);
            json.WriteStartArray("findings");
            foreach (var finding in result.Findings)
            {
                Json(json, finding);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return $"{Encoding.UTF8.GetString(stream.ToArray())}\n";
    }

    private static void Json(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        if (finding.Location is { } location)
        {
            json.WriteString("file", location.File);
            json.WriteNumber("line", location.Line);
        }

        json.WriteString("severity", Name(finding.Severity));
        json.WriteString("code", finding.Code.Id);
        json.WriteString("kind", finding.Object.Kind);
        json.WriteString("namespace", finding.Object.Name.Namespace ?? "");
        json.WriteString("name", finding.Object.Name.Name ?? "");
        json.WriteString("field", finding.Field);
        json.WriteString("message", finding.Message);
        json.WriteEndObject();
    }

    private static string Name(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "information",
    };

    private static string Subject(Finding finding) => finding.Field.Length == 0 ? $"{finding.Object}" : $"{finding.Object}, {finding.Field}";

    private static string InOneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
