using Sluice.Core.Resources;
using Sluice.Core.Translation;
using Xunit;

namespace Sluice.Unit.Translation;

public sealed class ClassSelectionTests
{
    private const string Annotation = "kubernetes.io/ingress.class";

    private static readonly IngressResource Plain = Make.Simple("web");

    [Fact]
    public void An_ingress_of_a_class_of_ours_is_served()
    {
        var classes = new Resource[] { Make.Class("ours"), Make.Class("theirs", "example.com/other") };

        Assert.True(IsServed(Plain with { ClassName = "ours" }, classes));
        Assert.False(IsServed(Plain with { ClassName = "theirs" }, classes));
        Assert.False(IsServed(Plain with { ClassName = "unknown" }, classes));
    }

    [Fact]
    public void An_ingress_without_a_class_is_served_where_ours_is_the_default()
    {
        Assert.False(IsServed(Plain, Make.Class("ours")));
        Assert.True(IsServed(Plain, Make.Class("ours", isDefault: true)));
        Assert.False(IsServed(Plain, Make.Class("ours"), Make.Class("theirs", "example.com/other", isDefault: true)));
    }

    [Fact]
    public void The_older_annotation_names_a_class_too()
    {
        Assert.True(IsServed(Plain.Annotated(Annotation, "ours"), Make.Class("ours")));
        Assert.False(IsServed(Plain.Annotated(Annotation, "theirs"), Make.Class("ours", isDefault: true)));
        Assert.False(IsServed(Plain.Annotated(Annotation, ""), Make.Class("ours", isDefault: true)));
    }

    [Theory]
    [InlineData("ours", "theirs", true)]
    [InlineData("theirs", "ours", false)]
    public void Where_annotation_and_field_differ_the_annotation_is_used_and_told(string annotation, string field, bool served)
    {
        var ingress = Plain.Annotated(Annotation, annotation) with { ClassName = field };
        var result = Translator.Translate(Make.Cluster(ingress, Make.Class("ours"), Make.Service("web")), Show.Options);

        Assert.Equal(served, result.Routes().Any());
        Assert.Equal(["ClassMismatch Ingress shop/web spec.ingressClassName"], result.Problems());
        Assert.Contains(served ? "is served here" : "is not served here", result.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_names_that_differ_but_are_both_others_are_none_of_our_business() =>
        Assert.Empty(Make.Cluster(Plain.Annotated(Annotation, "x") with { ClassName = "y" }, Make.Class("ours")).Translated().Findings);

    [Fact]
    public void Without_any_class_of_ours_the_implied_one_stands_in_as_default()
    {
        Assert.True(IsServed(Plain));
        Assert.True(IsServed(Plain with { ClassName = "sluice" }));
        Assert.False(IsServed(Plain with { ClassName = "other" }));
    }

    [Fact]
    public void The_implied_class_gives_way_to_a_class_of_ours_a_foreign_default_and_its_own_name()
    {
        Assert.False(IsServed(Plain with { ClassName = "sluice" }, Make.Class("ours")));
        Assert.False(IsServed(Plain, Make.Class("theirs", "example.com/other", isDefault: true)));
        Assert.True(IsServed(Plain with { ClassName = "sluice" }, Make.Class("theirs", "example.com/other", isDefault: true)));
        Assert.False(IsServed(Plain with { ClassName = "sluice" }, Make.Class("sluice", "example.com/other")));
    }

    [Fact]
    public void Without_an_implied_class_nothing_is_served_until_there_is_one_of_ours()
    {
        var options = Show.Options with { ImpliedClass = null };
        Assert.Empty(Translator.Translate(Make.Cluster(Plain, Plain with { ClassName = "sluice" }), options).Routes());
    }

    [Fact]
    public void An_ingress_of_another_class_causes_nothing_at_all()
    {
        var ingress = Make.Simple("web", host: "not a host").Annotated("sluice.dev/nonsense", "x").WithTls("gone") with
        {
            ClassName = "theirs",
        };
        var result = Make.Cluster(ingress).Translated();

        Assert.Empty(result.Findings);
        Assert.Empty(result.Backends());
    }

    [Fact]
    public void A_class_that_comes_goes_or_changes_hands_is_followed()
    {
        var ingress = Plain with { ClassName = "ours" };
        var with = Make.Cluster(ingress, Make.Class("ours"), Make.Service("web"));
        var first = with.Translated();
        var second = with.With(Make.Class("ours", "example.com/other")).Translated(first);
        var third = with.Translated(second);

        Assert.Single(first.Routes());
        Assert.Empty(second.Routes());
        Assert.Empty(second.Backends());
        Assert.Equal(first.Routes(), third.Routes());
    }

    private static bool IsServed(IngressResource ingress, params Resource[] classes) =>
        Make.Cluster([ingress, Make.Service("web"), .. classes]).Translated().Routes().Any();
}
