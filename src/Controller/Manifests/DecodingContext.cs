namespace Sluice.Controller.Manifests;

/// <summary>What decoders share between objects: the texts that these have in common.</summary>
internal sealed class DecodingContext
{
    private DecodingContext(TextPool texts, KubernetesJson json) => (Texts, Json) = (texts, json);

    /// <summary>Nothing is shared.</summary>
    public static DecodingContext Plain { get; } = new(TextPool.None, KubernetesJson.Default);

    public TextPool Texts { get; }

    public KubernetesJson Json { get; }

    /// <summary>One for many objects of the same source.</summary>
    public static DecodingContext Create()
    {
        var texts = new TextPool(8192);
        return new DecodingContext(texts, KubernetesJson.With(texts));
    }
}
