using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>The connection on which HAProxy is told and asked. It is made when it is needed, and anew after it broke.</summary>
internal sealed class HaproxyConnection(Layout layout, ILogger log) : IDisposable
{
    // What costs a command for each is asked for some at a time; after a few read-backs all were asked for.
    private const int Sample = 200;

    // One command about certificates at a time; HAProxy tells the others that it is busy.
    private static readonly TimeSpan LockedPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LockedLimit = TimeSpan.FromSeconds(5);

    // Well below the time after which HAProxy closes an idle connection ("stats timeout" in the program).
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(20);

    private RuntimeSocket? socket;
    private long lastUse;
    private int samples;

    /// <summary>Whether HAProxy takes and deletes backends at run time; it was asked when the connection was made.</summary>
    public bool CanAddBackends { get; private set; } = true;

    /// <summary>Connects anew: to the worker that takes connections now.</summary>
    public async Task ConnectAsync(CancellationToken stop)
    {
        var connection = await RuntimeSocket.ConnectAsync(layout.RuntimeSocket, stop);
        socket?.Dispose();
        (socket, lastUse) = (connection, TimeProvider.System.GetTimestamp());
        CanAddBackends = (await connection.SendAsync([new RuntimeLine("help add backend", "")], stop))[0].Contains("\n  add backend ", StringComparison.Ordinal);
    }

    /// <summary>Sends commands. Returns those that HAProxy refused, each with what it said; the others were carried out.</summary>
    public async Task<IReadOnlyList<Refusal>> SendAsync(IReadOnlyCollection<RuntimeCommand> commands, CancellationToken stop)
    {
        var lines = commands.SelectMany(command => command.Lines(layout).Select(line => (command, line))).ToList();
        var replies = await ExchangeAsync(connection => connection.SendAsync(lines.Select(pair => pair.line), stop), stop);
        return [.. lines.Zip(replies)
            .Where(pair => !IsDone(pair.First.line, pair.Second))
            .Select(pair => new Refusal(pair.First.command, pair.First.line.Text.Split('\n')[0], pair.Second))
            .DistinctBy(refusal => refusal.Command)];
    }

    /// <summary>
    /// Reads back what HAProxy holds; where it runs the wanted program, all of it. What HAProxy goes on to give no answer to
    /// is in the observation, from which nothing can be concluded then.
    /// </summary>
    public async Task<Observation> ObserveAsync(HaproxyState wanted, CancellationToken stop)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            var seen = await AskAsync(wanted, stop);
            if (seen.IsStopping && await HasSuccessorAsync(stop))
            {
                continue;
            }

            if (seen.IsStopping || seen.Unanswered.Count == 0 || seen.ProgramId != StateText.ProgramId(wanted)
                || TimeProvider.System.GetElapsedTime(started) > LockedLimit)
            {
                return seen;
            }

            await Task.Delay(LockedPause, stop);
        }
    }

    /// <summary>Whether HAProxy was told to finish what it has begun, and to end.</summary>
    public async Task<bool> IsEndingAsync(CancellationToken stop)
    {
        try
        {
            var replies = await ExchangeAsync(connection => connection.SendAsync([new RuntimeLine("show info", "")], stop), stop);
            return OutgoingWorker.IsStopping(replies[0]) && !await HasSuccessorAsync(stop);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
    }

    /// <summary>What the worker leaves to the next one; null where it does not answer.</summary>
    public async Task<CarriedOver?> CarriedOverAsync(CancellationToken stop)
    {
        try
        {
            return CarriedOver.From(await ExchangeAsync(
                connection => connection.SendAsync(CarriedOver.Questions.Select(question => new RuntimeLine(question, "")), stop), stop));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return null;
        }
    }

    /// <summary>A digest of the patterns of the program's rules.</summary>
    public Task<string> PatternsAsync(CancellationToken stop) => ExchangeAsync(
        async connection => await PatternsAsync(connection, (await connection.SendAsync([new RuntimeLine(ObservationText.ListsQuestion, "")], stop))[0], stop), stop);

    /// <summary>Deletes what was drained and has no connection left.</summary>
    public Task<IReadOnlyList<Retirement>> DeleteAsync(IReadOnlyCollection<Retirement> retiring, IReadOnlySet<Retirement> overdue, CancellationToken stop) =>
        ExchangeAsync(connection => RetiredServers.DeleteAsync(connection, retiring, overdue, layout, stop), stop);

    /// <summary>Ends the connection; the next use makes another.</summary>
    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private async Task<Observation> AskAsync(HaproxyState wanted, CancellationToken stop)
    {
        var certificates = Next(wanted.Certificates.Count, wanted.Certificates.Values.Select(entry => layout.CertificateFile(entry.Name)));
        var pemFiles = Next(wanted.PemFiles.Count, wanted.PemFiles.Keys).ToLookup(PemFile.AreAuthorities, layout.PemFile);
        samples++;
        var text = new ObservationText(layout, [layout.DefaultCertificateFile, .. certificates, .. pemFiles[false]], [.. pemFiles[true]]);
        return await ExchangeAsync(
            async connection =>
            {
                var replies = await connection.SendAsync(text.Questions.Select(question => new RuntimeLine(question, "")), stop);
                return text.Read(replies) with { CanAddBackends = CanAddBackends, Patterns = await PatternsAsync(connection, ObservationText.ListsIn(replies), stop) };
            },
            stop);
    }

    private static async Task<string> PatternsAsync(RuntimeSocket connection, string lists, CancellationToken stop) => ObservationText.Patterns(
        lists, await connection.SendAsync(ObservationText.PatternQuestions(lists).Select(question => new RuntimeLine(question, "")), stop));

    // A worker that is stopping takes no connections; where one is taken, it is by the worker that was brought up since.
    private async Task<bool> HasSuccessorAsync(CancellationToken stop)
    {
        try
        {
            await ConnectAsync(stop);
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
    }

    private IEnumerable<string> Next(int count, IEnumerable<string> all) =>
        all.Skip(count == 0 ? 0 : samples % ((count + Sample - 1) / Sample) * Sample).Take(Sample);

    // A connection that was idle for long, or on which an exchange failed, is replaced by a new one.
    private Task<T> ExchangeAsync<T>(Func<RuntimeSocket, Task<T>> exchange, CancellationToken stop) => ExchangeOnceAsync(exchange, stop).ToldAsync(log);

    private async Task<T> ExchangeOnceAsync<T>(Func<RuntimeSocket, Task<T>> exchange, CancellationToken stop)
    {
        if (socket is null || TimeProvider.System.GetElapsedTime(lastUse) > LongestIdle)
        {
            await ConnectAsync(stop);
        }

        try
        {
            lastUse = TimeProvider.System.GetTimestamp();
            return await exchange(socket!);
        }
        catch (IOException)
        {
            Dispose();
            throw;
        }
    }

    private static bool IsDone(RuntimeLine line, string reply) =>
        line.Expected.Length == 0 ? reply.Length == 0 : reply.Contains(line.Expected, StringComparison.Ordinal);
}

/// <summary>A command that HAProxy refused: the line of it, and the reply.</summary>
internal sealed record Refusal(RuntimeCommand Command, string Line, string Reply)
{
    /// <summary>Whether HAProxy was only busy: somebody else was at the certificates.</summary>
    public bool IsForNow => Reply.Contains("currently locked", StringComparison.Ordinal);

    public override string ToString() => $"HAProxy refused '{Line}': {Reply}";
}
