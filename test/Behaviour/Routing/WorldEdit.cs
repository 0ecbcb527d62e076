using Sluice.Behaviour.Harness;

namespace Sluice.Behaviour.Routing;

/// <summary>Carries out edits on a world. An edit that finds nothing to change leaves it as it is.</summary>
internal static class WorldEdit
{
    public static World Apply(World world, Edit edit) => edit.Kind switch
    {
        EditKind.AddIngress => world with
        {
            Ingresses = [.. world.Ingresses.Where(i => (i.Namespace, i.Name) != (edit.Ingress.Namespace, edit.Ingress.Name)), edit.Ingress],
        },
        EditKind.RemoveIngress => world with { Ingresses = WithoutOne(world.Ingresses, edit.First) },
        EditKind.AddRule => OneIngress(world, edit, i => i with { Rules = [.. i.Rules, edit.Rule] }),
        EditKind.RemoveRule => OneIngress(world, edit, i => i with { Rules = WithoutOne(i.Rules, edit.Second) }),
        EditKind.ChangeHost => OneRule(world, edit, rule => rule with { Host = edit.Rule.Host }),
        EditKind.AddPath => OneIngress(world, edit, i => i with
        {
            Rules = ChangeOne(i.Rules, edit.Second, rule => rule with { Paths = [.. rule.Paths, edit.Path] }),
        }),
        EditKind.RemovePath => OneRule(world, edit, rule => rule with
        {
            Paths = rule.Paths.Count > 1 ? WithoutOne(rule.Paths, edit.First) : rule.Paths,
        }),
        EditKind.ChangePath => OneIngress(world, edit, i => i with
        {
            Rules = ChangeOne(i.Rules, edit.Second, rule => rule with { Paths = ChangeOne(rule.Paths, edit.First, _ => edit.Path) }),
        }),
        EditKind.ChangeService => OneRule(world, edit, rule => rule with
        {
            Paths = ChangeOne(rule.Paths, edit.First, path => path with { Service = edit.Service }),
        }),
        EditKind.ChangeDefaultBackend => OneIngress(world, edit, i => i with
        {
            DefaultBackend = i.DefaultBackend is null ? edit.Service : null,
        }),
        EditKind.ChangeAge => OneIngress(world, edit, i => i with { CreatedDay = edit.Ingress.CreatedDay }),
        EditKind.ToggleRegex => OneIngress(world, edit, i => i with { Regex = !i.Regex }),
        EditKind.EmptyService => world with { Empty = [World.AllServices[edit.First % World.AllServices.Count]] },
        EditKind.RemoveService => world with { Missing = [World.AllServices[edit.First % World.AllServices.Count]] },
        EditKind.RestoreServices => world with { Empty = [], Missing = [] },
        _ => throw new InvalidOperationException($"There is no edit {edit.Kind}."),
    };

    private static World OneIngress(World world, Edit edit, Func<WorldIngress, WorldIngress> change) =>
        world with { Ingresses = ChangeOne(world.Ingresses, edit.First, change) };

    private static World OneRule(World world, Edit edit, Func<RuleFor, RuleFor> change) =>
        OneIngress(world, edit, ingress => ingress with { Rules = ChangeOne(ingress.Rules, edit.Second, change) });

    private static IReadOnlyList<T> ChangeOne<T>(IReadOnlyList<T> items, int number, Func<T, T> change) =>
        [.. items.Select((item, index) => index == number % items.Count ? change(item) : item)];

    private static IReadOnlyList<T> WithoutOne<T>(IReadOnlyList<T> items, int number) =>
        [.. items.Where((_, index) => index != number % items.Count)];
}
