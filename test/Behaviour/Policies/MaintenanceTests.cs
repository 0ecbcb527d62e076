using Sluice.Behaviour.Harness;
using Xunit;

namespace Sluice.Behaviour.Policies;

/// <summary>Sites that are down on purpose.</summary>
public sealed class MaintenanceTests
{
    [Fact]
    public async Task A_site_goes_down_and_comes_back_and_says_why()
    {
        await using var site = await PolicySite.StartAsync();

        await site.AnnotateAsync(("sluice.dev/maintenance", "true"));
        var page = await site.GetAsync();
        Assert.Equal((503, "60"), (page.Status, page["Retry-After"]));
        Assert.Contains("cannot answer", page.Text, StringComparison.Ordinal);

        await site.AnnotateAsync(("sluice.dev/maintenance", "true"), ("sluice.dev/maintenance-message", "Back at 12:00 %[src] <b>\nÖffnet später"));
        page = await site.GetAsync();
        Assert.Equal((503, "60", "text/plain; charset=utf-8"), (page.Status, page["Retry-After"], page["Content-Type"]));
        Assert.Equal("Back at 12:00 %[src] <b>\nÖffnet später", page.Text);

        // Who may have meant true is not served, and who meant false is told.
        var finding = Assert.Single((await site.AnnotateAsync(("sluice.dev/maintenance", "ture"))).Findings);
        Assert.Equal("value 'ture' cannot be read, expected true or false, did you mean true?; requests it would guard get 503", finding.Message);
        Assert.Equal("503", await site.AskAsync());
        await site.AnnotateAsync();
        Assert.Equal("app", await site.AskAsync());
        await site.AnnotateServiceAsync(("sluice.dev/maintenance", "true"));
        Assert.Equal("503", await site.AskAsync());
        await site.AnnotateServiceAsync();
        await site.AnnotateAsync(("sluice.dev/maintenance", "false"), ("sluice.dev/maintenance-message", "not now"));
        Assert.Equal(("app", null), (await site.AskAsync(), (await site.GetAsync("/?status=503"))["Retry-After"]));
        await site.SameWorkerAsync();
    }
}
