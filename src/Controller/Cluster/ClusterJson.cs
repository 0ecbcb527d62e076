using System.Text.Json.Serialization;

// What the API server says of its own, as far as we read it; any field may be absent.
namespace Sluice.Controller.Cluster;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusObject))]
[JsonSerializable(typeof(ExecCredentialObject))]
[JsonSerializable(typeof(KubeconfigObject))]
internal sealed partial class ClusterJson : JsonSerializerContext;

internal sealed class StatusObject
{
    public int Code { get; set; }
    public string? Message { get; set; }
    public StatusDetails? Details { get; set; }
}

internal sealed class StatusDetails
{
    public int RetryAfterSeconds { get; set; }
    public StatusCause?[]? Causes { get; set; }
}

internal sealed class StatusCause
{
    public string? Reason { get; set; }
}

internal sealed class ExecCredentialObject
{
    public string? ApiVersion { get; set; }
    public string? Kind { get; set; }
    public ExecCredentialSpec? Spec { get; set; }
    public ExecCredentialStatus? Status { get; set; }
}

internal sealed class ExecCredentialSpec
{
    public bool Interactive { get; set; }
    public ExecClusterSpec? Cluster { get; set; }
}

internal sealed class ExecClusterSpec
{
    public string? Server { get; set; }

    [JsonPropertyName("tls-server-name")]
    public string? TlsServerName { get; set; }

    [JsonPropertyName("insecure-skip-tls-verify")]
    public bool InsecureSkipTlsVerify { get; set; }

    [JsonPropertyName("certificate-authority-data")]
    public string? CertificateAuthorityData { get; set; }

    [JsonPropertyName("proxy-url")]
    public string? ProxyUrl { get; set; }
}

internal sealed class ExecCredentialStatus
{
    public DateTimeOffset? ExpirationTimestamp { get; set; }
    public string? Token { get; set; }
    public string? ClientCertificateData { get; set; }
    public string? ClientKeyData { get; set; }
}

internal sealed class KubeconfigObject
{
    [JsonPropertyName("current-context")]
    public string? CurrentContext { get; set; }
    public NamedContext?[]? Contexts { get; set; }
    public NamedCluster?[]? Clusters { get; set; }
    public NamedUser?[]? Users { get; set; }
}

internal sealed class NamedContext
{
    public string? Name { get; set; }
    public ContextSpec? Context { get; set; }
}

internal sealed class ContextSpec
{
    public string? Cluster { get; set; }
    public string? User { get; set; }
    public string? Namespace { get; set; }
}

internal sealed class NamedCluster
{
    public string? Name { get; set; }
    public ClusterSpec? Cluster { get; set; }
}

internal sealed class ClusterSpec
{
    public string? Server { get; set; }

    [JsonPropertyName("certificate-authority")]
    public string? CertificateAuthority { get; set; }

    [JsonPropertyName("certificate-authority-data")]
    public string? CertificateAuthorityData { get; set; }

    [JsonPropertyName("insecure-skip-tls-verify")]
    public bool InsecureSkipTlsVerify { get; set; }

    [JsonPropertyName("tls-server-name")]
    public string? TlsServerName { get; set; }

    [JsonPropertyName("proxy-url")]
    public string? ProxyUrl { get; set; }
}

internal sealed class NamedUser
{
    public string? Name { get; set; }
    public UserSpec? User { get; set; }
}

internal sealed class UserSpec
{
    public string? Token { get; set; }
    public string? TokenFile { get; set; }
    public string? Username { get; set; }
    public string? Password { get; set; }
    public ExecSpec? Exec { get; set; }

    [JsonPropertyName("client-certificate")]
    public string? ClientCertificate { get; set; }

    [JsonPropertyName("client-certificate-data")]
    public string? ClientCertificateData { get; set; }

    [JsonPropertyName("client-key")]
    public string? ClientKey { get; set; }

    [JsonPropertyName("client-key-data")]
    public string? ClientKeyData { get; set; }

    [JsonPropertyName("auth-provider")]
    public System.Text.Json.JsonElement? AuthProvider { get; set; }
}

internal sealed class ExecSpec
{
    public string? ApiVersion { get; set; }
    public string? Command { get; set; }
    public string?[]? Args { get; set; }
    public ExecVariable?[]? Env { get; set; }
    public string? InstallHint { get; set; }
    public bool ProvideClusterInfo { get; set; }
}

internal sealed class ExecVariable
{
    public string? Name { get; set; }
    public string? Value { get; set; }
}
