using Sluice.Core.Annotations;
using Sluice.Core.Annotations.Features;
using Sluice.Core.Credentials;
using Sluice.Core.Model;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation.Policies;

/// <summary>How settings have clients prove who they are.</summary>
internal sealed class AuthPolicies(SettingLayers settings, ResourceRef source, AskedSecrets secrets, List<Finding> findings)
{
    private const int MostTold = 5;

    private string Meanwhile => settings.Read(Canaries.Canary) ? "the canary takes no requests" : "requests get 503";

    private static readonly Setting[] Choices = [Auth.Type, ExternalAuth.Url, Tokens.Secret];

    /// <summary>Reads it: null if nothing is asked for. False if it cannot be set up, so that nobody may be let through.</summary>
    public bool TryRead(out Authentication? authentication)
    {
        authentication = null;
        if (settings.Read(Auth.Secret) is not null && !settings.Has(Auth.Type))
        {
            return Refuse(FindingCode.InvalidSetting, $"expected auth-type, too, which says what it is for; {Meanwhile}", Auth.Secret);
        }

        if (settings.SourceOf(Auth.Secret) == source && settings.SourceOf(Auth.Type) == source && settings.Read(Auth.Type) == AuthType.None)
        {
            settings.Report(source, "auth-type says none; nobody is asked for a password", findings, Auth.Secret);
        }

        // An object that chooses a way, or none, chooses instead of those that are farther off, and not beside them.
        var ways = Ways().ToList();
        if (Array.Exists(Choices, choice => settings.SourceOf(choice) == source))
        {
            ways.RemoveAll(way => settings.SourceOf(way.Setting) != source);
        }

        if (ways.Count > 1)
        {
            return Refuse(FindingCode.InvalidSetting, $"{string.Join(" and ", ways.Select(way => way.Setting.Name))} do not go together; {Meanwhile}", [.. ways.Select(way => way.Setting)]);
        }

        authentication = ways.Select(way => way.Read()).FirstOrDefault();
        return ways.Count == 0 || authentication is not null;
    }

    private IEnumerable<(Setting Setting, Func<Authentication?> Read)> Ways()
    {
        if (settings.Read(Auth.Type) == AuthType.Basic)
        {
            yield return (Auth.Type, Basic);
        }

        if (settings.Read(ExternalAuth.Url) is not null)
        {
            yield return (ExternalAuth.Url, External);
        }

        if (settings.Read(Tokens.Secret) is not null)
        {
            yield return (Tokens.Secret, Token);
        }
    }

    private Authentication.External? External()
    {
        var url = settings.Read(ExternalAuth.Url)!;
        var mayAskItself = settings.Read(ExternalAuth.Loopback) || settings.SourceOf(ExternalAuth.Url)?.Kind == "ConfigMap";
        if (!mayAskItself && AuthRequest.IsOfItself(url))
        {
            Refuse(FindingCode.InvalidSetting, $"its host is the controller's own pod, which Ingresses may ask only where the ConfigMap has {ExternalAuth.Loopback.Name}; {Meanwhile}", ExternalAuth.Url);
            return null;
        }

        if (!AuthRequest.IsInReach(url))
        {
            Refuse(FindingCode.InvalidSetting, $"its host is an address of the node's own link, which is never asked; {Meanwhile}", ExternalAuth.Url);
            return null;
        }

        var copied = settings.Read(ExternalAuth.ResponseHeaders);
        var request = new AuthRequest(url, settings.Read(ExternalAuth.Method), settings.Read(ExternalAuth.Timeout), settings.Read(ExternalAuth.RequestHeaders), copied, mayAskItself);
        return new Authentication.External(new AgentData(new Sensitive(request.ToText())), copied, settings.Read(ExternalAuth.SignIn));
    }

    private Authentication.Basic? Basic()
    {
        if (settings.Read(Auth.Secret) is not { } reference)
        {
            Refuse(FindingCode.InvalidSetting, $"expected auth-secret, too, which names the users; {Meanwhile}", Auth.Type);
            return null;
        }

        if (Find(reference, Auth.Secret) is not var (name, secret))
        {
            return null;
        }

        var problems = new List<string>();
        var users = UserList.Read(secret.Data, problems);
        Tell(name, problems, Auth.Secret);
        if (users.Users.Count == 0)
        {
            Refuse(FindingCode.NoCredentials, $"Secret {name} holds no user whose password could be checked; {Meanwhile}", Auth.Secret);
            return null;
        }

        return new Authentication.Basic(settings.Read(Auth.Realm), new AgentData(new Sensitive(users.ToText())));
    }

    // The kind of each key decides by which algorithms it may be used: of some there may be none left.
    private Authentication.Token? Token()
    {
        if (Find(settings.Read(Tokens.Secret)!.Value, Tokens.Secret) is not var (name, secret))
        {
            return null;
        }

        var (problems, algorithms) = (new List<string>(), settings.Read(Tokens.Algorithms));
        var keys = TokenKeys.Read(secret.Data, problems);
        Tell(name, problems, Tokens.Secret);
        if (keys.Count == 0)
        {
            Refuse(FindingCode.NoCredentials, $"Secret {name} holds no key that can be used; {Meanwhile}", Tokens.Secret);
            return null;
        }

        if (!TokenKey.Algorithms.Any(algorithm => algorithms.Contains(algorithm.Name) && keys.Any(key => key.Kind == algorithm.Kind)))
        {
            Refuse(FindingCode.InvalidSetting, $"no key of Secret {name} is for one of these algorithms; {Meanwhile}", Tokens.Algorithms, Tokens.Secret);
            return null;
        }

        var claims = settings.Read(Tokens.Claims);
        var rules = new TokenRules(algorithms, settings.Read(Tokens.Issuer) ?? "", settings.Read(Tokens.Audience) ?? "", claims, keys.ToEquatableArray());
        return new Authentication.Token(new AgentData(new Sensitive(rules.ToText())), claims.Select(claim => claim.Header).ToEquatableArray());
    }

    private void Tell(NamespacedName secret, List<string> problems, Setting setting)
    {
        foreach (var problem in problems.Take(MostTold))
        {
            Refuse(FindingCode.InvalidCredentials, $"Secret {secret}, {problem}; it is left out", setting);
        }
    }

    private (NamespacedName Name, SecretResource Secret)? Find(ObjectReference reference, Setting setting)
    {
        if (secrets.Ask(settings, setting, reference, source) is not { } name)
        {
            return null;
        }

        if (secrets.Find(name) is { } secret)
        {
            return (name, secret);
        }

        Refuse(FindingCode.NoCredentials, $"there is no Secret {name}; {Meanwhile}", setting);
        return null;
    }

    // Always false: what is refused is not let through.
    private bool Refuse(FindingCode code, string message, params IEnumerable<Setting> about)
    {
        settings.Report(source, code, message, findings, about);
        return false;
    }
}
