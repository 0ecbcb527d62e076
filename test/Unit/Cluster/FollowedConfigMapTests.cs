using Sluice.Controller.Cluster;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>ConfigMaps beside the controller's own are only read when they are asked for by name.</summary>
public sealed class FollowedConfigMapTests
{
    private static readonly ClusterScope Scope = new() { Namespaces = ["shop"], Config = new NamespacedName("sluice-system", "sluice") };

    [Fact]
    public async Task A_ConfigMap_is_read_while_it_is_asked_for_there_or_not()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Config("pages", "one", "shop"), FakeObject.Config("other", "one", "shop"));
        await using var run = new ClusterRun(api);
        Assert.Empty((await run.UntilAsync(_ => true)).ConfigMaps.Keys);

        run.ConfigMaps = [Make.Id("pages"), Make.Id("late")];
        Assert.Equal("one", Value((await run.FollowAsync())!, "pages"));
        api.Truth.Put(FakeObject.Config("pages", "two", "shop"));
        await run.UntilAsync(now => Value(now, "pages") == "two");
        api.Truth.Put(FakeObject.Config("late", "three", "shop"));
        var both = await run.UntilAsync(now => Value(now, "late") == "three");
        Assert.Equal([Make.Id("late"), Make.Id("pages")], both.ConfigMaps.Keys.Order());

        run.ConfigMaps = [Make.Id("late")];
        await run.FollowAsync();
        await run.UntilAsync(now => now.ConfigMaps.Count == 1);
    }

    [Fact]
    public async Task Those_of_other_namespaces_are_never_asked_for_and_the_own_one_is_not_asked_for_twice()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Config("sluice", "true"), FakeObject.Config("pages", "one"));
        await using var run = new ClusterRun(api, Scope);
        await run.UntilAsync(_ => true);

        run.ConfigMaps = [Make.Id("pages", "other"), Make.Id("sluice", "sluice-system"), Make.Id("pages", "sluice-system")];
        Assert.Equal("one", (await run.FollowAsync())!.ConfigMaps[Make.Id("pages", "sluice-system")].Data["ssl-redirect"]);
        Assert.Single(api.Requests, request => request.Fields == "metadata.name=sluice");
        Assert.DoesNotContain(api.Requests, request => request.Namespace == "other");
    }

    private static string? Value(Core.Resources.ClusterSnapshot now, string name) => now.ConfigMaps.GetValueOrDefault(Make.Id(name))?.Data["ssl-redirect"];
}
