using Sluice.Core.Values;
using Xunit;

namespace Sluice.Unit.Values;

public sealed class KubernetesNameTests
{
    [Theory]
    [InlineData("a", true, true)]
    [InlineData("web-1", true, true)]
    [InlineData("1web", true, true)]
    [InlineData("web.shop", false, true)]
    [InlineData("", false, false)]
    [InlineData(null, false, false)]
    [InlineData("Web", false, false)]
    [InlineData("-web", false, false)]
    [InlineData("web-", false, false)]
    [InlineData("web_1", false, false)]
    [InlineData("web..shop", false, false)]
    [InlineData(".web", false, false)]
    [InlineData("web.", false, false)]
    [InlineData("web\n", false, false)]
    [InlineData("wéb", false, false)]
    public void A_name_is_a_label_or_labels_with_dots(string? text, bool isLabel, bool isSubdomain)
    {
        Assert.Equal(isLabel, KubernetesName.IsLabel(text));
        Assert.Equal(isSubdomain, KubernetesName.IsSubdomain(text));
    }

    [Fact]
    public void A_label_has_at_most_63_characters_and_a_subdomain_253()
    {
        Assert.True(KubernetesName.IsLabel(new string('a', 63)));
        Assert.False(KubernetesName.IsLabel(new string('a', 64)));
        Assert.True(KubernetesName.IsSubdomain(new string('a', 253)));
        Assert.False(KubernetesName.IsSubdomain(new string('a', 254)));
    }

    [Fact]
    public void Objects_are_ordered_by_namespace_then_name() =>
        Assert.Equal(
            ["a/b", "a/c", "b/a"],
            new[] { new NamespacedName("b", "a"), new("a", "c"), new("a", "b") }.Order().Select(name => name.ToString()));
}
