using Xunit;

namespace Sluice.Behaviour.Harness;

/// <summary>What the tests of a class have in common: pods, a running Sluice, and what is given before the first test.</summary>
public abstract class Scenario(params IReadOnlyList<string> podNames) : IAsyncLifetime
{
    private EchoPods? pods;
    private RunningSluice? sluice;

    public EchoPods Pods => pods ?? throw new InvalidOperationException("The scenario is not built yet.");

    public RunningSluice Sluice => sluice ?? throw new InvalidOperationException("The scenario is not built yet.");

    public async ValueTask InitializeAsync()
    {
        pods = await StartPodsAsync();
        sluice = await RunningSluice.StartAsync();
        await GivenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (sluice is not null)
        {
            await sluice.DisposeAsync();
        }

        if (pods is not null)
        {
            await pods.DisposeAsync();
        }
    }

    /// <summary>Brings the manifests into being; every one is live when it returns.</summary>
    protected abstract Task GivenAsync();

    protected virtual Task<EchoPods> StartPodsAsync() => EchoPods.StartAsync(podNames);
}
