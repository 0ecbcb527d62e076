using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Annotations;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>What holds for all settings alike, one after the other at a site that is served.</summary>
public sealed class EverySettingTests
{
    // Something in it nothing can be read as.
    private static readonly string[] Nonsense = ["?", "\u0001", "", new('x', 20_000)];

    // These are texts, of which each is one.
    private static readonly string[] Texts = ["backend-config-snippet", "defaults-config-snippet", "frontend-config-snippet", "global-config-snippet"];

    [Theory]
    [InlineData(Scopes.Ingress)]
    [InlineData(Scopes.Service)]
    [InlineData(Scopes.Global)]
    public async Task What_cannot_be_read_is_told_closes_what_it_guards_and_is_forgotten_when_it_is_gone(Scopes scope)
    {
        await using var site = await PolicySite.StartAsync();
        foreach (var setting in SettingCatalog.All.Where(setting => setting.Scopes.HasFlag(scope) && !Texts.Contains(setting.Name)))
        {
            var text = Nonsense.First(text => setting.Normal(text) is null);
            var change = await SetAsync(site, scope, setting, text);
            var finding = Assert.Single(change.Findings, finding => finding.Code == FindingCode.InvalidSetting);
            Assert.Equal((setting.Name, Field(scope, setting)), (setting.Name, finding.Field));
            Assert.Contains($"expected {setting.Expected}", finding.Message, StringComparison.Ordinal);
            Assert.Equal((setting.Name, setting.IsGuard ? "503" : "app"), (setting.Name, await site.AskAsync()));
        }

        Assert.Empty((await SetAsync(site, scope, null, "")).Findings);
        Assert.Equal("app", await site.AskAsync());
        await site.SameWorkerAsync();
    }

    [Theory]
    [InlineData(Scopes.Ingress)]
    [InlineData(Scopes.Service)]
    [InlineData(Scopes.Global)]
    public async Task The_example_of_each_can_be_read_and_is_live_at_once_unless_its_summary_says_otherwise(Scopes scope)
    {
        Assert.SkipUnless(HaproxyBinary.CanAddBackends, "Where backends need a reload, so do many settings.");
        await using var site = await PolicySite.StartAsync();
        foreach (var setting in SettingCatalog.All.Where(setting => setting.Scopes.HasFlag(scope)))
        {
            var change = await SetAsync(site, scope, setting, setting.Example);
            Assert.DoesNotContain(change.Findings, finding => finding.Code == FindingCode.InvalidSetting && finding.Message.StartsWith("value ", StringComparison.Ordinal));
            Assert.True(change.Kind != ChangeKind.Reload || setting.Summary.Contains("reload", StringComparison.Ordinal), setting.Name);
            if (change.Kind == ChangeKind.Reload)
            {
                await SetAsync(site, scope, null, "");
            }
        }

        await SetAsync(site, scope, null, "");
        Assert.Equal("app", await site.AskAsync());
    }

    private static string Field(Scopes scope, Setting setting) => SettingValues.Field(scope, scope == Scopes.Global ? setting.Name : setting.Key);

    // Alone in this place.
    private static Task<Change> SetAsync(PolicySite site, Scopes scope, Setting? setting, string text) => scope switch
    {
        Scopes.Ingress => site.AnnotateAsync(setting is null ? [] : [(setting.Key, text)]),
        Scopes.Service => site.AnnotateServiceAsync(setting is null ? [] : [(setting.Key, text)]),
        _ => site.ConfigureAsync(setting is null ? [] : [(setting.Name, text)]),
    };
}
