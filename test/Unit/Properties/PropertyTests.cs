using Xunit;

namespace Sluice.Unit.Properties;

/// <summary>Properties use all there is of the processor: they run one after the other, when tests that look at the clock are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PropertyTests
{
    public const string Name = "Properties";
}
