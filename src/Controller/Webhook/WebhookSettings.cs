using Sluice.Core.Values;

namespace Sluice.Controller.Webhook;

/// <summary>What the operator chose for the admission webhook.</summary>
public sealed record WebhookSettings
{
    /// <summary>The address that is listened on.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>The port for https; 0 for any that is free.</summary>
    public int Port { get; init; } = 9443;

    /// <summary>The file of the certificate and its chain, PEM.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>The file of the certificate's key, PEM.</summary>
    public required string KeyFile { get; init; }

    /// <summary>The classes whose Ingresses are ours.</summary>
    public EquatableArray<string> Classes { get; init; } = ["sluice"];

    /// <summary>Whether an Ingress that names no class is ours.</summary>
    public bool HasDefaultClass { get; init; }

    /// <summary>The ConfigMap with the global settings.</summary>
    public NamespacedName Config { get; init; } = new("sluice-system", "sluice");

    /// <summary>How long the files of the certificate are trusted before they are looked at again.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take to send its review.</summary>
    public TimeSpan RequestLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many connections there may be; more are closed at once.</summary>
    public int MostConnections { get; init; } = 256;
}
