using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings let pages of other sites do.</summary>
internal static class CorsPolicies
{
    public static CorsPolicy? Read(SettingLayers settings, ResourceRef source, List<Finding> findings)
    {
        if (!settings.Read(Cors.Enable))
        {
            return null;
        }

        var origins = settings.Read(Cors.AllowOrigin) ?? CorsOrigins.All;
        var credentials = settings.Read(Cors.AllowCredentials);
        if (credentials && origins.AreAll())
        {
            settings.Report(
                source, "credentials need origins by name or expression in cors-allow-origin, because browsers refuse them for *; pages cannot read such answers",
                findings, Cors.AllowCredentials, Cors.AllowOrigin, Cors.Enable);
        }

        return new CorsPolicy(
            origins,
            settings.Read(Cors.AllowMethods),
            settings.Read(Cors.AllowHeaders),
            settings.Read(Cors.ExposeHeaders),
            (int)(settings.Read(Cors.MaxAge) ?? TimeSpan.Zero).TotalSeconds,
            credentials,
            settings.Read(Cors.RespondToOptions) switch { null => CorsAnswers.Preflights, true => CorsAnswers.Options, false => CorsAnswers.None });
    }
}
