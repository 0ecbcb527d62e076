using Sluice.Controller.Cluster;
using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Cluster;

/// <summary>Secrets for TLS are all read; others only when they are asked for by name.</summary>
public sealed class FollowedSecretTests
{
    private const string Tls = "kubernetes.io/tls";

    private static bool IsByName(FakeRequest request) => request.Fields.StartsWith("metadata.name=", StringComparison.Ordinal);

    [Fact]
    public async Task A_Secret_of_another_type_is_read_when_it_is_asked_for_and_forgotten_when_it_is_not()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api);
        Assert.Equal([Make.Id("tls")], (await run.EqualAsync()).Secrets.Keys);

        run.Secrets = [Make.Id("other"), Make.Id("tls")];
        var newer = await run.FollowAsync(Make.Id("other"), Make.Id("tls"));
        Assert.Equal("Opaque", newer!.Secrets[Make.Id("other")].Type);
        Assert.Null(await run.FollowAsync(Make.Id("other"), Make.Id("tls"), Make.Id("tls")));
        Assert.Single(api.Requests, IsByName);

        api.Truth.Put(FakeObject.Secret("other", "Opaque", "bmV3"));
        await run.UntilAsync(now => now.Secrets.GetValueOrDefault(Make.Id("other"))?.Data["tls.crt"]!.Reveal == "new");

        run.Secrets = [];
        await run.FollowAsync();
        await run.EqualAsync();
    }

    [Theory]
    [InlineData("Opaque")]
    [InlineData(Tls)]
    public async Task A_Secret_that_is_missing_appears_later(string type)
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api);
        await run.EqualAsync();

        run.Secrets = [Make.Id("late")];
        var newer = await run.FollowAsync(Make.Id("late"));
        Assert.False(newer!.Secrets.ContainsKey(Make.Id("late")));
        api.Truth.Put(FakeObject.Secret("late", type));
        Assert.Equal(type, (await run.EqualAsync()).Secrets[Make.Id("late")].Type);
        api.Truth.Delete(FakeObject.Secret("late"));
        await run.EqualAsync();
    }

    [Fact]
    public async Task A_Secret_moves_between_the_types()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api);
        await run.EqualAsync();
        run.Secrets = [Make.Id("other")];
        await run.FollowAsync(Make.Id("other"));

        for (var i = 0; i < 6; i++)
        {
            api.Truth.Delete(FakeObject.Secret("other"));
            api.Truth.Put(FakeObject.Secret("other", i % 2 == 0 ? Tls : "Opaque", Convert.ToBase64String([(byte)i])));
            await run.EqualAsync();
        }
    }

    [Fact]
    public async Task A_reader_that_lags_behind_does_not_bring_back_an_old_Secret()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api);
        await run.EqualAsync();
        run.Secrets = [Make.Id("other")];
        await run.FollowAsync(Make.Id("other"));

        // The watch by name stops before the edit, and sees it only after the Secret has come back as one for TLS.
        run.IsBusy = true;
        api.Admits = request => !IsByName(request);
        await api.CutAsync();
        await api.AskedAsync(IsByName, 2);
        api.Truth.Put(FakeObject.Secret("other", "Opaque", "b2xk"));
        api.Truth.Delete(FakeObject.Secret("other"));
        api.Truth.Put(FakeObject.Secret("other", Tls, "bmV3"));
        var now = await run.EqualAsync();
        Assert.Equal("new", now.Secrets[Make.Id("other")].Data["tls.crt"]!.Reveal);

        api.Misbehave(
            new FakeFault(Misbehaviour.CutInEvent) { Fields = "metadata.name=", After = 1 },
            new FakeFault(Misbehaviour.Silence) { Fields = "metadata.name=", Times = 100 });
        api.Admits = _ => true;
        await api.Asked.UntilAsync(() => api.FaultsLeft == 99, () => $"{api.FaultsLeft} faults left");
        await run.FollowAsync();
        api.Truth.Put(FakeObject.Ingress("e"));
        await run.EqualAsync();
    }

    [Fact]
    public async Task While_all_are_listed_anew_those_that_are_known_are_not_asked_for_one_by_one()
    {
        await using var api = await ReflectorTests.StartAsync(streams: false);
        api.Truth.Put([.. Enumerable.Range(0, 9).Select(i => FakeObject.Secret($"tls-{i}"))]);
        await using var run = new ClusterRun(api);
        await run.EqualAsync();

        // The list stops after its first page.
        api.Misbehave(new FakeFault(Misbehaviour.NoAnswer) { Plural = "secrets", IsFurtherPage = true });
        await ReflectorTests.OutageAsync(api, () =>
        {
            api.Truth.Put(FakeObject.Service("web", 81));
            api.Truth.Compact();
        });
        await api.AskedAsync(request => request.Kind == ApiKind.Secret && request.Continue.Length > 0, 4);
        Assert.Null(await run.FollowAsync([.. Enumerable.Range(0, 9).Select(i => Make.Id($"tls-{i}"))]));
        Assert.DoesNotContain(api.Requests, IsByName);
    }

    [Fact]
    public async Task A_Secret_outside_of_the_scope_is_never_asked_for()
    {
        await using var api = await ReflectorTests.StartAsync();
        await using var run = new ClusterRun(api, new ClusterScope { Namespaces = ["shop"] });
        await run.EqualAsync(item => item.Namespace is "" or "shop");

        Assert.Null(await run.FollowAsync(Make.Id("other", "other")));
        Assert.DoesNotContain(api.Requests, IsByName);
    }

    [Fact]
    public async Task The_default_certificate_of_the_own_namespace_is_read_by_its_name_and_nothing_else_there()
    {
        await using var api = await ReflectorTests.StartAsync();
        api.Truth.Put(FakeObject.Secret("default-tls", scope: "sluice-system"), FakeObject.Secret("other-tls", scope: "sluice-system"));
        // What docs/rbac.md gives an installation with selected namespaces.
        api.Allows = request => !request.Kind.IsNamespaced || request.Namespace == "shop"
            || (request.Namespace == "sluice-system" && request.Kind == ApiKind.ConfigMap && request.Fields == "metadata.name=sluice")
            || (request.Namespace == "sluice-system" && request.Kind == ApiKind.Secret && request.Fields == "metadata.name=default-tls");
        await using var run = new ClusterRun(api, new ClusterScope { Namespaces = ["shop"], Config = new NamespacedName("sluice-system", "sluice") });
        await run.UntilAsync(_ => true);

        var now = await run.FollowAsync(Make.Id("default-tls", "sluice-system"));
        Assert.Equal([Make.Id("default-tls", "sluice-system")], now!.Secrets.Keys.Where(name => name.Namespace == "sluice-system"));
        Assert.All(api.Requests, request => Assert.True(api.Allows(request), request.Url));
    }
}
