using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Model;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>What settings ask for of TLS to pods.</summary>
internal sealed class PodTlsPolicies(PodSecrets secrets, AskedSecrets asked, List<Finding> findings)
{
    private static readonly Setting[] All = [PodTls.ServerCa, PodTls.ServerCrt, PodTls.ServerSni, PodTls.ServerVerifyHost];

    /// <summary>The policy with what is asked for; null if that cannot be had, so that no pod may be spoken to.</summary>
    public BackendPolicy? AddTo(BackendPolicy? policy, SettingLayers settings)
    {
        if (policy is null || !All.Any(setting => settings.Has(setting) || settings.IsUnreadable(setting)))
        {
            return policy;
        }

        var ca = settings.Read(PodTls.ServerCa) is { } authorities ? Find(settings, PodTls.ServerCa, authorities, secrets.Authorities) : null;
        var shown = settings.Read(PodTls.ServerCrt) is { } certificate ? Find(settings, PodTls.ServerCrt, certificate, secrets.Certificate) : null;
        var isLacking = (settings.Has(PodTls.ServerCa) && ca is null) || (settings.Has(PodTls.ServerCrt) && shown is null);
        if (isLacking || Array.Exists(All, settings.IsUnreadable) || IsInVain(settings, policy) || AreNamesContrary(settings))
        {
            return null;
        }

        var credentials = new PodCredentials
        {
            Authorities = ca,
            ServerName = settings.Read(PodTls.ServerSni),
            VerifiedName = ca is null || settings.Has(PodTls.ServerSni) ? null : settings.Read(PodTls.ServerVerifyHost),
            Shown = shown,
        };
        return policy with { Credentials = credentials == new PodCredentials() ? null : credentials };
    }

    private T? Find<T>(SettingLayers settings, Setting setting, ObjectReference reference, Func<NamespacedName, SecretContent<T>> read)
        where T : class
    {
        var source = settings.SourceOf(setting)!;
        if (asked.Ask(settings, setting, reference, source) is not { } name)
        {
            return null;
        }

        var content = read(name);
        if (content.Content is null)
        {
            settings.Report(source, content.Code, $"Secret {name}: {content.Problem}; requests get 503", findings, setting);
        }

        return content.Content;
    }

    // Who says what the certificate must be for relies on it.
    private bool IsInVain(SettingLayers settings, BackendPolicy policy)
    {
        if (!policy.IsTls && settings.SourceOf(PodTls.ServerSni) is { } asking)
        {
            settings.Report(asking, FindingCode.IncompleteSetting, "server-sni does nothing without server-ssl or server-ca", findings, PodTls.ServerSni);
        }

        var isUnverified = settings.Has(PodTls.ServerVerifyHost) && !settings.Has(PodTls.ServerCa);
        if (isUnverified)
        {
            settings.Report(
                settings.SourceOf(PodTls.ServerVerifyHost)!, FindingCode.InvalidSetting,
                "expected server-ca, too, which says whose certificates pods must have; requests get 503", findings, PodTls.ServerVerifyHost);
        }

        return isUnverified;
    }

    // HAProxy compares the certificate with the name that it asks for, and then with no other.
    private bool AreNamesContrary(SettingLayers settings)
    {
        var (asked, verified) = (settings.Read(PodTls.ServerSni), settings.Read(PodTls.ServerVerifyHost));
        var isContrary = asked is not null && verified is not null && asked != verified;
        if (isContrary)
        {
            settings.Report(
                settings.SourceOf(PodTls.ServerVerifyHost)!, FindingCode.InvalidSetting,
                $"pods are asked for {asked} by server-sni, and then their certificates must have this name and not {verified}; requests get 503", findings, PodTls.ServerVerifyHost);
        }

        return isContrary;
    }
}
