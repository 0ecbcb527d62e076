using Sluice.Behaviour.Harness;
using Sluice.Controller;
using Xunit;
using static Sluice.Behaviour.Harness.Manifests;

namespace Sluice.Behaviour.Live;

/// <summary>Which Ingresses are ours, and what happens when that changes.</summary>
public sealed class IngressClassTests
{
    [Fact]
    public async Task The_classes_decide_at_run_time_which_Ingresses_are_served()
    {
        await using var pods = await EchoPods.StartAsync("app");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write(
            "all.yaml",
            ServiceForEach(pods.All),
            IngressOf("none", null),
            IngressOf("sluice", "sluice"),
            IngressOf("own", "own"),
            IngressOf("foreign", "foreign")));
        Assert.Equal("none sluice", await ServedAsync(sluice));

        await ChangeAsync(sluice, IngressClass("own"));
        Assert.Equal("own", await ServedAsync(sluice));

        await ChangeAsync(sluice, IngressClass("own", isDefault: true));
        Assert.Equal("none own", await ServedAsync(sluice));

        await ChangeAsync(sluice, IngressClass("own", isDefault: true) + IngressClass("foreign", "example.com/other"), ChangeKind.Nothing);
        Assert.Equal("none own", await ServedAsync(sluice));

        await ChangeAsync(sluice, IngressClass("foreign", "example.com/other", isDefault: true) + IngressClass("sluice"));
        Assert.Equal("sluice", await ServedAsync(sluice));

        var gone = await sluice.ApplyAsync(files => files.Delete("classes.yaml"));
        Assert.Equal(ChangeKind.Runtime, gone.Kind);
        Assert.Equal("none sluice", await ServedAsync(sluice));
    }

    [Fact]
    public async Task The_old_annotation_chooses_the_class_too()
    {
        await using var pods = await EchoPods.StartAsync("app");
        await using var sluice = await RunningSluice.StartAsync(files => files.Write(
            "all.yaml",
            ServiceForEach(pods.All),
            Ingress("sluice", [Rule("sluice.test", Prefix("/", "app"))], annotations: [("kubernetes.io/ingress.class", "sluice")]),
            Ingress("foreign", [Rule("foreign.test", Prefix("/", "app"))], annotations: [("kubernetes.io/ingress.class", "nginx")])));

        Assert.Equal("sluice", await ServedAsync(sluice));
    }

    private static string IngressOf(string name, string? className) =>
        Ingress(name, [Rule($"{name}.test", Prefix("/", "app"))], className: className);

    private static async Task ChangeAsync(RunningSluice sluice, string classes, ChangeKind expected = ChangeKind.Runtime)
    {
        var change = await sluice.ApplyAsync(files => files.Write("classes.yaml", classes));
        Assert.Equal(expected, change.Kind);
    }

    private static async Task<string> ServedAsync(RunningSluice sluice)
    {
        var served = new List<string>();
        foreach (var name in (string[])["foreign", "none", "own", "sluice"])
        {
            if ((await sluice.GetAsync($"{name}.test", "/")).Outcome == "app")
            {
                served.Add(name);
            }
        }

        return string.Join(' ', served);
    }
}
