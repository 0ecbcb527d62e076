namespace Sluice.Core.Annotations.Features;

/// <summary>Sites that are down on purpose.</summary>
public static class Availability
{
    public static readonly Setting<bool> Maintenance = new(
        "maintenance", Scopes.Everywhere, Kinds.Bool, Fallback: false,
        "Whether requests are answered with 503 and Retry-After (60 s) instead of being sent to pods. So they are where it cannot be read, too.", "true")
    { IsGuard = true };

    public static readonly Setting<string> MaintenanceMessage = new(
        "maintenance-message", Scopes.Everywhere, WebKinds.Message, Fallback: "",
        "What the answer says while maintenance is true, as plain text. Without it the page is the one for a service that cannot answer.",
        "We are back at noon.")
    { Needs = [Maintenance] };
}
