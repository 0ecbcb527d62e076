namespace Sluice.Core.Values;

/// <summary>A kind of finding. Each is declared here once; the reference page is generated from this list.</summary>
/// <param name="Id">The name shown in logs and Events, in CamelCase as Kubernetes reasons are.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Summary">What is wrong, and what happens meanwhile.</param>
public sealed record FindingCode(string Id, Severity Severity, string Summary)
{
    /// <summary>
    /// Whether another object takes part in it: one that is missing, wrong, or has a claim of its own. Such a finding may
    /// settle without a change of the object that has it, and is no reason to refuse that one.
    /// </summary>
    public bool DependsOnOthers { get; init; }

    public static readonly FindingCode UnreadableFile = new("UnreadableFile", Severity.Error,
        "A manifest file cannot be read or parsed. Its last good objects stay in force.");

    public static readonly FindingCode InvalidObject = new("InvalidObject", Severity.Error,
        "An object does not have the shape that its kind asks for. Its last good version stays in force, if there was one.");

    public static readonly FindingCode DuplicateObject = new("DuplicateObject", Severity.Warning,
        "The same object stands in two places. The first one by file name and line is used.")
    { DependsOnOthers = true };

    public static readonly FindingCode NamespaceDenied = new("NamespaceDenied", Severity.Error,
        "The API server does not let the controller read a selected namespace. The others are served; of this one, what was read before stays in force.")
    { DependsOnOthers = true };

    public static readonly FindingCode ClassMismatch = new("ClassMismatch", Severity.Warning,
        "The annotation kubernetes.io/ingress.class and spec.ingressClassName differ. The annotation is used, as Kubernetes asks.");

    public static readonly FindingCode InvalidHost = new("InvalidHost", Severity.Error,
        "A host is neither a DNS name nor a one-label wildcard. Its rule, or its TLS entry, is left out.");

    public static readonly FindingCode InvalidPath = new("InvalidPath", Severity.Error,
        "A path cannot be matched. Its rule is left out.");

    public static readonly FindingCode UnsupportedBackend = new("UnsupportedBackend", Severity.Error,
        "A backend is not a Service. Requests for it get 503.");

    public static readonly FindingCode ServiceNotFound = new("ServiceNotFound", Severity.Error,
        "A Service does not exist. Requests for it get 503 until it does.")
    { DependsOnOthers = true };

    public static readonly FindingCode PortNotFound = new("PortNotFound", Severity.Error,
        "A Service has no such port. Requests for it get 503 until it does.")
    { DependsOnOthers = true };

    public static readonly FindingCode InvalidExternalName = new("InvalidExternalName", Severity.Error,
        "The externalName of a Service is not a DNS name. Requests for it get 503.")
    { DependsOnOthers = true };

    public static readonly FindingCode ReferenceNotGranted = new("ReferenceNotGranted", Severity.Error,
        "An Ingress asks for a Secret, a ConfigMap or a Service of another namespace, and neither a ReferenceGrant there nor allow-cross-namespace lets it.")
    { DependsOnOthers = true };

    public static readonly FindingCode RouteConflict = new("RouteConflict", Severity.Warning,
        "Rules of two Ingresses have the same host and path. The older one wins, then the first by namespace and name.")
    { DependsOnOthers = true };

    public static readonly FindingCode CanaryWithoutRoute = new("CanaryWithoutRoute", Severity.Warning,
        "No other Ingress of the namespace serves the host and path of a canary, or it has a canary already. This one takes no requests there.")
    { DependsOnOthers = true };

    public static readonly FindingCode DuplicateRule = new("DuplicateRule", Severity.Warning,
        "Two rules of one Ingress have the same host and path. The first one serves.");

    public static readonly FindingCode SecretNotFound = new("SecretNotFound", Severity.Error,
        "The Secret of a TLS entry does not exist. Its last good certificate serves, else the default certificate.")
    { DependsOnOthers = true };

    public static readonly FindingCode InvalidCertificate = new("InvalidCertificate", Severity.Error,
        "A Secret holds no usable certificate and key. Its last good certificate serves, else the default certificate.")
    { DependsOnOthers = true };

    public static readonly FindingCode CertificateHostMismatch = new("CertificateHostMismatch", Severity.Warning,
        "A certificate does not name the host it is to serve. It is served all the same; clients will complain.")
    { DependsOnOthers = true };

    public static readonly FindingCode CertificateConflict = new("CertificateConflict", Severity.Warning,
        "Two Secrets hold a certificate of the same key type for one host. The older Ingress wins.")
    { DependsOnOthers = true };

    public static readonly FindingCode InvalidSetting = new("InvalidSetting", Severity.Error,
        "An annotation or a ConfigMap key has a value that cannot be read, or that does not go with another one. Its default is used.");

    public static readonly FindingCode UnknownSetting = new("UnknownSetting", Severity.Warning,
        "An annotation or a ConfigMap key is not one of ours. It is ignored.");

    public static readonly FindingCode UnsupportedSetting = new("UnsupportedSetting", Severity.Warning,
        "An annotation or a ConfigMap key is one of another controller that has no effect here. It is ignored.");

    public static readonly FindingCode NeedlessSetting = new("NeedlessSetting", Severity.Information,
        "An annotation or a ConfigMap key of another controller asks for what is so here anyway, or for what is not needed here.");

    public static readonly FindingCode UnsupportedGuard = new("UnsupportedGuard", Severity.Error,
        "An annotation or a ConfigMap key asks for a guard that is not to be had there: one of another controller, or one of ours in a place where it is not read. Requests that it would guard get 503.");

    public static readonly FindingCode IncompleteSetting = new("IncompleteSetting", Severity.Warning,
        "An annotation does nothing, because the setting that it belongs to is not set: neither there, nor on the Ingress or the Service beside it, nor in the ConfigMap.")
    { DependsOnOthers = true };

    public static readonly FindingCode RoundedSetting = new("RoundedSetting", Severity.Warning,
        "A value is taken as the nearest one that can be had, of two the stricter.");

    public static readonly FindingCode OverruledSetting = new("OverruledSetting", Severity.Warning,
        "Two keys of one object stand for the same setting and say different things. One of them counts: that with our own prefix, or else with the one that is read first.");

    public static readonly FindingCode MisplacedSetting = new("MisplacedSetting", Severity.Warning,
        "A setting stands where it is not read, such as on a Service instead of the Ingress. It is ignored.");

    public static readonly FindingCode SettingOfRoute = new("SettingOfRoute", Severity.Information,
        "A canary, or a Service that shares the requests of another one's rule, has a setting for requests on their way. The one of the Ingress and the Service counts that the rule is of.")
    { DependsOnOthers = true };

    public static readonly FindingCode NoCountryDatabase = new("NoCountryDatabase", Severity.Error,
        "Access by country is asked for, and there is no database of countries (--countries). Requests get 503.")
    { DependsOnOthers = true };

    public static readonly FindingCode CountsNotShared = new("CountsNotShared", Severity.Warning,
        "Which other replicas there are is not known, or there are too many; rate limits hold for each replica by itself.")
    { DependsOnOthers = true };

    public static readonly FindingCode ConfigMapNotFound = new("ConfigMapNotFound", Severity.Error,
        "A ConfigMap that a setting names does not exist, or lacks the key that is named. A list that guards lets nobody in (503); pages are our own.")
    { DependsOnOthers = true };

    public static readonly FindingCode InvalidConfigMap = new("InvalidConfigMap", Severity.Error,
        "A ConfigMap that a setting names holds something that cannot be read. A list that guards lets nobody in (503); of pages just that one is left out.")
    { DependsOnOthers = true };

    public static readonly FindingCode SnippetNotAllowed = new("SnippetNotAllowed", Severity.Error,
        "A ConfigMap key holds lines of HAProxy's configuration, and the option --allow-snippets is not given. They are ignored.")
    { DependsOnOthers = true };

    public static readonly FindingCode NoCredentials = new("NoCredentials", Severity.Error,
        "The Secret that authentication needs does not exist, or holds nothing that can be used. Requests get 503.")
    { DependsOnOthers = true };

    public static readonly FindingCode InvalidCredentials = new("InvalidCredentials", Severity.Warning,
        "A part of a Secret that authentication needs cannot be read. It is left out.")
    { DependsOnOthers = true };

    public static readonly FindingCode RefusedByHaproxy = new("RefusedByHaproxy", Severity.Error,
        "HAProxy refuses what an object asks for, in spite of our own checks. Just that is left out until it changes.");

    /// <summary>Every finding there is, in the order of the reference page.</summary>
    public static IReadOnlyList<FindingCode> All { get; } =
    [
        UnreadableFile, InvalidObject, DuplicateObject, NamespaceDenied, ClassMismatch, InvalidHost, InvalidPath, UnsupportedBackend, ServiceNotFound,
        PortNotFound, InvalidExternalName, ReferenceNotGranted, RouteConflict, CanaryWithoutRoute, DuplicateRule, SecretNotFound, InvalidCertificate,
        CertificateHostMismatch, CertificateConflict, InvalidSetting, UnknownSetting, UnsupportedSetting, NeedlessSetting, UnsupportedGuard, IncompleteSetting, RoundedSetting, OverruledSetting, MisplacedSetting, SettingOfRoute, NoCountryDatabase,
        CountsNotShared, NoCredentials, InvalidCredentials, ConfigMapNotFound, InvalidConfigMap, SnippetNotAllowed, RefusedByHaproxy,
    ];

    public override string ToString() => Id;
}
