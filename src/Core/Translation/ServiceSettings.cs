using Sluice.Core.Annotations;
using Sluice.Core.Resources;
using Sluice.Core.Values;

namespace Sluice.Core.Translation;

/// <summary>The settings that stand in annotations of Services: of each Service that has any, its values and what is wrong with them.</summary>
internal sealed record ServiceSettings(Table<NamespacedName, ServiceResource> Source, Table<NamespacedName, ServiceSetting> All)
{
    public static ServiceSettings Read(ClusterSnapshot cluster, ServiceSettings? before)
    {
        before ??= new ServiceSettings(Table.Empty<NamespacedName, ServiceResource>(), Table.Empty<NamespacedName, ServiceSetting>());
        var all = before.All;
        foreach (var (name, former, service) in cluster.Services.ChangesSince(before.Source))
        {
            if (former is not null && service is not null && former.Annotations == service.Annotations)
            {
                continue;
            }

            var findings = new List<Finding>();
            var values = service is null ? SettingValues.None : SettingValues.Read(service.Ref, Scopes.Service, service.Annotations, findings);
            if (values != SettingValues.None || findings.Count > 0)
            {
                all = all.SetItem(name, new ServiceSetting(values, findings.ToEquatableArray()));
            }
            else if (all.ContainsKey(name))
            {
                all = all.Remove(name);
            }
        }

        return new ServiceSettings(cluster.Services, all);
    }

    /// <summary>What is wrong with them. Of a Service that no Ingress of ours names, what stands there for another controller is none of our business.</summary>
    public IEnumerable<Finding> Findings(Predicate<NamespacedName> isNamed) =>
        from service in All
        from finding in service.Value.Findings
        where isNamed(service.Key) || finding.Field.StartsWith(SettingValues.Field(Scopes.Service, Dialect.Own.Prefix).TrimEnd(']'), StringComparison.Ordinal)
        select finding;

    public SettingValues Of(NamespacedName service) => All.GetValueOrDefault(service)?.Values ?? SettingValues.None;

    /// <summary>The Services whose settings differ.</summary>
    public IReadOnlySet<NamespacedName> DifferenceFrom(ServiceSettings before) =>
        All.ChangesSince(before.All).Where(change => change.Former?.Values != change.Current?.Values).Select(change => change.Key).ToHashSet();
}

/// <summary>The settings of one Service.</summary>
internal sealed record ServiceSetting(SettingValues Values, EquatableArray<Finding> Findings);
