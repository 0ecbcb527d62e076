namespace Sluice.Bench.ClusterRead;

/// <summary>The parts of this program that run in processes of their own.</summary>
internal static class ChildRole
{
    public const string Server = "cluster-server";
    public const string Reader = "cluster-reader";
    public const string Counter = "cluster-counter";

    /// <summary>Plays a part, if the arguments name one.</summary>
    public static async Task<bool> PlayAsync(string[] arguments, CancellationToken stop)
    {
        if (arguments is not [Server or Reader or Counter, var kubeconfig, var ingresses, var services, var slices, var secrets, var events])
        {
            return false;
        }

        var size = new ClusterSize(int.Parse(ingresses), int.Parse(services), int.Parse(slices), int.Parse(secrets));
        await (arguments[0] switch
        {
            Server => ServerProcess.RunAsync(kubeconfig, size, stop),
            Reader => ReaderProcess.RunAsync(kubeconfig, size, int.Parse(events), stop),
            _ => CounterProcess.RunAsync(kubeconfig, size, int.Parse(events), stop),
        });
        return true;
    }

    /// <summary>What starts a part. Like the product means: with the settings that the controller itself is shipped with.</summary>
    public static (string Program, string[] Arguments) Command(string role, string kubeconfig, ClusterSize size, bool isLikeProduct, int events = 0)
    {
        string[] part = [role, kubeconfig, $"{size.Ingresses}", $"{size.Services}", $"{size.Slices}", $"{size.Secrets}", $"{events}"];
        if (!isLikeProduct)
        {
            return (Environment.ProcessPath!, part);
        }

        var own = Path.Combine(AppContext.BaseDirectory, "Sluice.Bench");
        return (Dotnet, ["exec", "--runtimeconfig", $"{Repository.Sluice}.runtimeconfig.json", "--depsfile", $"{own}.deps.json", $"{own}.dll", .. part]);
    }

    // Three folders above the one of the runtime: shared/Microsoft.NETCore.App/10.0.0.
    private static string Dotnet => Path.GetFullPath("../../../dotnet", Path.TrimEndingDirectorySeparator(Path.GetDirectoryName(typeof(object).Assembly.Location)!));
}
