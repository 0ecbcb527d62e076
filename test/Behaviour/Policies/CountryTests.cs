using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Sluice.Core.Values;
using Sluice.Unit.Haproxy;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>From which countries clients may come.</summary>
public sealed class CountryTests : IDisposable
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"countries-{Guid.NewGuid():N}.csv");

    private readonly string binary = Path.Combine(Path.GetTempPath(), $"countries-{Guid.NewGuid():N}.mmdb");

    [Fact]
    public async Task Clients_come_and_go_by_their_countries_as_lists_and_database_change()
    {
        await WriteAsync("network,country", "127.0.0.0/8,DE", "127.0.0.2/32,fr", "\"2001:db8::/32\",\"US\"", "127.0.1.0/24,CH");
        await using var site = await StartAsync();

        await site.AnnotateAsync(("sluice.dev/allow-countries", "de, CH"));
        Assert.Equal(["app", "403"], await BothAsync(site));
        await site.AnnotateAsync(("sluice.dev/deny-countries", "DE"));
        Assert.Equal(["403", "app"], await BothAsync(site));
        await site.AnnotateAsync(("sluice.dev/allow-countries", "DE,FR"), ("sluice.dev/deny-countries", "FR"));
        Assert.Equal(["app", "403"], await BothAsync(site));

        var change = await site.AnnotateAsync(("sluice.dev/deny-countries", "UK"));
        Assert.Contains("expected ISO codes", Assert.Single(change.Findings).Message, StringComparison.Ordinal);
        Assert.Equal(["503", "503"], await BothAsync(site));
        await site.AnnotateAsync(("sluice.dev/allow-countries", "unknown"));
        Assert.Equal(["403", "403"], await BothAsync(site));
        await site.SameWorkerAsync();

        // Another database: the client is unknown to it.
        await site.Sluice.AfterAsync(() => WriteAsync("127.0.0.2,FR"), ChangeKind.Reload);
        Assert.Equal(["app", "403"], await BothAsync(site));
        await site.AnnotateAsync();
        Assert.Equal(["app", "app"], await BothAsync(site));
    }

    [Fact]
    public async Task A_database_that_cannot_be_read_leaves_the_former_one_and_without_any_nobody_comes()
    {
        await WriteAsync("127.0.0.0/8,DE,Germany");
        await using var site = await StartAsync();
        Assert.Contains("line 1 is no network with a country", site.Sluice.LogText, StringComparison.Ordinal);

        var change = await site.AnnotateAsync(("sluice.dev/deny-countries", "FR"));
        var finding = Assert.Single(change.Findings);
        Assert.Equal((FindingCode.NoCountryDatabase, "metadata.annotations[sluice.dev/deny-countries]"), (finding.Code, finding.Field));
        Assert.Equal(["503", "503"], await BothAsync(site));

        change = await site.Sluice.AfterAsync(() => WriteAsync("127.0.0.0/8,DE", "127.0.0.2,FR"), ChangeKind.Reload);
        Assert.Empty(change.Findings);
        Assert.Equal(["app", "403"], await BothAsync(site));
        await WriteAsync("127.0.0.1/33,DE");
        await site.Sluice.UntilLoggedAsync("the former one stays in use");
        Assert.Equal(["app", "403"], await BothAsync(site));
    }

    [Fact]
    public async Task A_database_in_MaxMinds_format_counts_as_it_changes_and_a_damaged_one_leaves_the_former()
    {
        await WriteAsync(new MaxMindFile().Add("127.0.0.0/8", "DE").Add("2001:db8::/32", "US"));
        await using var site = await StartAsync(binary);
        await site.AnnotateAsync(("sluice.dev/deny-countries", "FR"));
        Assert.Equal(["app", "app"], await BothAsync(site));

        await site.Sluice.AfterAsync(() => WriteAsync(new MaxMindFile(28).Add("127.0.0.1/32", "DE").Add("127.0.0.2/32", "FR")), ChangeKind.Reload);
        Assert.Equal(["app", "403"], await BothAsync(site));
        await File.WriteAllTextAsync(binary, "127.0.0.1,FR", TestContext.Current.CancellationToken);
        await site.Sluice.UntilLoggedAsync("the former one stays in use");
        Assert.Equal(["app", "403"], await BothAsync(site));
        await site.AnnotateAsync();
        Assert.Equal(["app", "app"], await BothAsync(site));

        Task WriteAsync(MaxMindFile database)
        {
            File.WriteAllBytes(binary + ".new", database.ToArray());
            File.Move(binary + ".new", binary, overwrite: true);
            return Task.CompletedTask;
        }
    }

    public void Dispose()
    {
        File.Delete(file);
        File.Delete(binary);
    }

    private Task<PolicySite> StartAsync() => StartAsync(file);

    private static async Task<PolicySite> StartAsync(string file) => await PolicySite.StartAsync(await EchoPods.StartAsync("app"), settings => settings with { Countries = file, CountriesInterval = TimeSpan.FromMilliseconds(50) });

    // As a whole, so that nobody reads half of it.
    private async Task WriteAsync(params IEnumerable<string> lines)
    {
        await File.WriteAllLinesAsync(file + ".new", lines, TestContext.Current.CancellationToken);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static async Task<IReadOnlyList<string>> BothAsync(PolicySite site) => [await site.AskFromAsync("127.0.0.1"), await site.AskFromAsync("127.0.0.2")];
}
