using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Sluice.Controller.Cluster;
using Sluice.Core.Annotations;
using Sluice.Core.Values;

namespace Sluice.Controller;

/// <summary>The options that are about the cluster.</summary>
internal static class ClusterOptions
{
    private static readonly Option<string> Kubeconfig = CommandLine.Text("--kubeconfig", "FILE", "The kubeconfig file to reach the cluster with. In a pod its own account is used.");
    private static readonly Option<string> Context = CommandLine.Text("--context", "NAME", "The context of the kubeconfig.");
    private static readonly Option<string> Namespaces = CommandLine.With(CommandLine.Text("--namespaces", "NS[,NS]", "Read these namespaces only."), CheckNamespaces);
    private static readonly Option<string> NamespaceSelector = CommandLine.Text("--namespace-selector", "LABELS", "Read the namespaces with these labels only, such as team=web.");
    private static readonly Option<string> PublishService = CommandLine.With(CommandLine.Text("--publish-service", "NS/NAME", "The Service whose addresses the status of Ingresses names."), CheckObjectName);
    private static readonly Option<string> PublishAddress = CommandLine.With(CommandLine.Text("--publish-address", "ADDR[,ADDR]", "The addresses that the status of Ingresses names."), CheckAddresses);
    private static readonly Option<bool> WithdrawStatus = CommandLine.Switch("--withdraw-status", "Take the addresses out of the status at the end.");
    private static readonly Option<string> Lease = CommandLine.With(CommandLine.Text("--lease", "NS/NAME", "The Lease that decides which replica writes. Default: sluice-leader in the own namespace."), CheckObjectName);

    public static IReadOnlyList<Option> All { get; } =
        [Kubeconfig, Context, Namespaces, NamespaceSelector, PublishService, PublishAddress, WithdrawStatus, Lease];

    public static ClusterSettings Read(ParseResult result) => new()
    {
        Kubeconfig = result.GetValue(Kubeconfig),
        Context = result.GetValue(Context),
        Scope = new ClusterScope
        {
            Namespaces = Items(result.GetValue(Namespaces)).ToEquatableArray(),
            NamespaceSelector = result.GetValue(NamespaceSelector) ?? "",
        },
        PublishAddresses = Items(result.GetValue(PublishAddress)).ToEquatableArray(),
        PublishService = Name(result.GetValue(PublishService)),
        WithdrawStatus = result.GetValue(WithdrawStatus),
        Lease = Name(result.GetValue(Lease)),
    };

    private static string[] Items(string? text) => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static NamespacedName? Name(string? text) => text is not null && Kinds.ObjectName.Parse(text, out var name) ? name : null;

    private static void CheckNamespaces(OptionResult result) => Check(result, KubernetesName.IsLabel, "names of namespaces, separated by commas");

    private static void CheckAddresses(OptionResult result) =>
        Check(result, item => IPAddress.TryParse(item, out _) || KubernetesName.IsSubdomain(item), "IP addresses or DNS names, separated by commas");

    private static void CheckObjectName(OptionResult result)
    {
        if (result.GetValueOrDefault<string>() is { } text && Name(text) is null)
        {
            result.AddError($"{result.Option.Name}: '{text}' is not one, expected NAMESPACE/NAME.");
        }
    }

    private static void Check(OptionResult result, Func<string, bool> isValid, string expected)
    {
        if (result.GetValueOrDefault<string>() is { } text && Array.Find(Items(text), item => !isValid(item)) is { } wrong)
        {
            result.AddError($"{result.Option.Name}: '{wrong}' cannot be used, expected {expected}.");
        }
    }
}
