using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sluice.Unit.Install;

/// <summary>
/// What a pod of ours must keep to: the level "restricted" of
/// https://kubernetes.io/docs/concepts/security/pod-security-standards/, and rules of our own.
/// </summary>
internal static partial class PodRules
{
    private static readonly string[] Volumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    /// <summary>What is wrong with the security of a pod.</summary>
    public static IEnumerable<string> Security(JsonNode pod, bool hostPorts)
    {
        foreach (var field in (string[])["hostNetwork", "hostPID", "hostIPC"])
        {
            if (pod[field] is not null)
            {
                yield return $"{field} is set";
            }
        }

        foreach (var volume in pod["volumes"].Items().Select(volume => volume.AsObject()))
        {
            if (volume.Any(field => field.Key != "name" && !Volumes.Contains(field.Key)))
            {
                yield return $"volume {volume["name"]} is of a kind that is not allowed";
            }
        }

        foreach (var container in pod["containers"].Items().Concat(pod["initContainers"].Items()))
        {
            foreach (var problem in Security(pod["securityContext"], container, hostPorts))
            {
                yield return $"{container["name"]}: {problem}";
            }
        }
    }

    private static IEnumerable<string> Security(JsonNode? ofPod, JsonNode container, bool hostPorts)
    {
        var own = container["securityContext"];
        JsonNode? Setting(string name) => own?[name] ?? ofPod?[name];
        var isRoot = Setting("runAsUser") is not { } user || user.GetValue<long>() == 0 || Setting("runAsGroup") is not { } group || group.GetValue<long>() == 0;
        (bool IsBroken, string Problem)[] rules =
        [
            (Setting("runAsNonRoot")?.GetValue<bool>() != true, "runAsNonRoot is not set"),
            (isRoot, "it has no user and group of its own"),
            (Setting("seccompProfile")?["type"].Text() != "RuntimeDefault", "seccomp is not RuntimeDefault"),
            (own?["allowPrivilegeEscalation"]?.GetValue<bool>() != false, "allowPrivilegeEscalation is not off"),
            (own?["privileged"] is not null || own?["procMount"] is not null, "it is privileged"),
            (own?["readOnlyRootFilesystem"]?.GetValue<bool>() != true, "the root file system can be written"),
            (own?["capabilities"]?.ToJsonString() != """{"drop":["ALL"]}""", "capabilities are not all dropped"),
            (!hostPorts && container["ports"].Items().Any(port => port["hostPort"] is not null), "it has a port of the host"),
            (container["ports"].Items().Any(port => port["containerPort"]!.GetValue<int>() < 1024), "it has a port below 1024"),
        ];
        return rules.Where(rule => rule.IsBroken).Select(rule => rule.Problem);
    }

    /// <summary>What is wrong with how a pod is run.</summary>
    public static IEnumerable<string> Operation(JsonNode pod)
    {
        if (pod["automountServiceAccountToken"]?.GetValue<bool>() != false)
        {
            yield return "each container gets a token";
        }

        // Else a Service named sluice gives SLUICE_PORT and others, which would be taken for our flags.
        if (pod["enableServiceLinks"]?.GetValue<bool>() != false)
        {
            yield return "containers get variables of Services";
        }

        var grace = pod["terminationGracePeriodSeconds"]?.GetValue<int>() ?? 30;
        foreach (var container in pod["containers"].Items())
        {
            var name = container["name"].Text();
            if (container["lifecycle"]?["preStop"]?["sleep"]?["seconds"]?.GetValue<int>() is { } sleep && sleep + 15 > grace)
            {
                yield return $"{name} has less than 15 seconds after its sleep";
            }

            if (container["resources"]?["requests"]?["cpu"] is null || container["resources"]?["limits"]?["memory"] is null)
            {
                yield return $"{name} has no request or limit";
            }

            // The pod is ready when HAProxy serves, whatever the controller and the agent do.
            if (container["readinessProbe"] is null == (name is not ("sluice" or "agent")))
            {
                yield return $"{name} has {(name is "sluice" or "agent" ? "a" : "no")} readiness probe";
            }

            if (name != "sluice" && container["volumeMounts"].Items().Any(mount => mount["name"].Text() == "token"))
            {
                yield return $"{name} has a token";
            }

            foreach (var problem in Variables(container))
            {
                yield return $"{name}: {problem}";
            }
        }
    }

    // https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    private static IEnumerable<string> Variables(JsonNode container)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variable in container["env"].Items())
        {
            foreach (var used in Reference().Matches(variable["value"].Text()).Select(match => match.Groups["name"].Value).Where(name => !known.Contains(name)))
            {
                yield return $"{variable["name"]} names {used}, which is not above it";
            }

            known.Add(variable["name"].Text());
        }
    }

    [GeneratedRegex(@"\$\((?<name>\w+)\)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Reference();
}
