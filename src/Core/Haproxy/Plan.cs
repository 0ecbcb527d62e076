using System.Collections.Immutable;
using Sluice.Core.Values;

namespace Sluice.Core.Haproxy;

/// <summary>What to do so that HAProxy knows what it should: a value, to be looked at, tested, and carried out.</summary>
public abstract record Plan
{
    private Plan()
    {
    }

    /// <summary>HAProxy knows all of it.</summary>
    public sealed record Nothing : Plan;

    /// <summary>Commands at run time, in this order.</summary>
    public sealed record Update(EquatableArray<RuntimeCommand> Commands) : Plan;

    /// <summary>A reload, because of these parts.</summary>
    public sealed record Reload(EquatableArray<string> Reasons) : Plan;
}

/// <summary>What HAProxy knows: the state it was last brought to, and what of former states is still being drained.</summary>
/// <param name="State">The state.</param>
/// <param name="Retiring">Servers, and with an empty server name backends, that get no new requests and will be deleted.</param>
/// <param name="CanAddBackends">Whether backends can be added and deleted at run time: HAProxy can since 3.4.</param>
public sealed record RunningState(HaproxyState State, ImmutableHashSet<Retirement> Retiring, bool CanAddBackends = true)
{
    /// <summary>What of the retiring can be deleted once it is drained. Without the ability backends stay, empty, until the next reload.</summary>
    public IEnumerable<Retirement> Deletable => CanAddBackends ? Retiring : Retiring.Where(item => item.Server.Length > 0 || item.File is not null);

    /// <summary>What HAProxy knows once the commands were carried out.</summary>
    public RunningState After(EquatableArray<RuntimeCommand> commands, HaproxyState wanted)
    {
        var retiring = Retiring.ToBuilder();
        foreach (var command in commands)
        {
            switch (command)
            {
                case RuntimeCommand.RetireServer retired:
                    retiring.Add(new Retirement(retired.Backend, retired.Server));
                    break;
                case RuntimeCommand.RetireBackend retired:
                    retiring.Add(new Retirement(retired.Backend, ""));
                    break;
                case RuntimeCommand.ReviveServer revived:
                    retiring.Remove(new Retirement(revived.Backend, revived.Server.Name));
                    break;
                case RuntimeCommand.PublishBackend published:
                    retiring.Remove(new Retirement(published.Backend, ""));
                    break;
                default:
                    break;
            }
        }

        foreach (var (name, _, current) in CanAddBackends ? [] : wanted.Backends.ChangesSince(State.Backends))
        {
            _ = current is null ? retiring.Add(new Retirement(name, "")) : retiring.Remove(new Retirement(name, ""));
        }

        foreach (var (name, _, current) in wanted.PemFiles.ChangesSince(State.PemFiles))
        {
            _ = current is null ? retiring.Add(Retirement.Of(name)) : retiring.Remove(Retirement.Of(name));
        }

        return this with { State = wanted, Retiring = retiring.ToImmutable() };
    }
}

/// <summary>A server on its way out; with an empty server name a backend; or a file that such servers may still use.</summary>
public readonly record struct Retirement(string Backend, string Server)
{
    /// <summary>The name of the file; null for a server or backend.</summary>
    public string? File { get; init; }

    /// <summary>A file on its way out.</summary>
    public static Retirement Of(string file) => new("", "") { File = file };
}
