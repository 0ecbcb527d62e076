using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Core.Haproxy;
using Sluice.Core.Values;

namespace Sluice.Controller.Proxy;

/// <summary>
/// The files that HAProxy starts from. They always hold what HAProxy runs, so that it comes back right after a crash,
/// with or without us. All new files are written beside the old ones before the first takes its place: a disk that is
/// full leaves the former state whole.
/// </summary>
public sealed class StateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Layout layout;
    private readonly ILogger<StateFiles> log;
    private readonly PatientWrite patiently;

    // Some new files may have taken their places and others not.
    private bool isMixed;

    public StateFiles(Layout layout, ILogger<StateFiles> log)
    {
        (this.layout, this.log) = (layout, log);
        patiently = new PatientWrite(Write, log.FilesNotWritten);
    }

    /// <summary>Whether a state is live that could not be written.</summary>
    public bool HasUnwritten => patiently.IsBehind;

    /// <summary>What the files hold; null before the first write.</summary>
    public HaproxyState? Written { get; private set; }

    /// <summary>Writes what differs from what was written before; certificates that are no longer named are deleted.</summary>
    public void Write(HaproxyState state)
    {
        // Somebody may have cleaned the folder up.
        var former = isMixed || !File.Exists(layout.ProgramFile) ? null : Written;
        Replace(Contents(layout, state, former));
        Written = state;
        if (former is null || !ReferenceEquals(former.Certificates, state.Certificates))
        {
            DeleteUnnamed(layout.CertificateDir, state.Certificates.Keys.Select(layout.CertificateFile).Append(layout.DefaultCertificateFile));
        }

        if ((former is null || !ReferenceEquals(former.PemFiles, state.PemFiles)) && Directory.Exists(layout.PemDir))
        {
            DeleteUnnamed(layout.PemDir, state.PemFiles.Keys.Select(layout.PemFile));
        }
    }

    /// <summary>Writes a state that is live. It is live also where the disk is full: then the files are written later.</summary>
    public void WriteWhenPossible(HaproxyState state) => patiently.Write(state);

    /// <summary>Tries once more to write what could not be written.</summary>
    public void WriteWhatIsLeft() => patiently.WriteWhatIsLeft();

    /// <summary>Looks whether the files are as they were written, and writes those that are not once more. Returns whether there were any.</summary>
    public bool WriteAgain()
    {
        try
        {
            var others = Contents(layout, Written!, former: null, isNameEnough: false).Where(file => !Holds(file.Path, file.Text)).ToList();
            Replace(others);
            return others.Count > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The files that are there are whole, each of them; HAProxy is better off with them than not at all.
            log.FilesNotWritten(e.Message);
            return false;
        }
    }

    /// <summary>Writes what a worker leaves to the next one, which does without where it cannot be written.</summary>
    public void Write(CarriedOver? left)
    {
        try
        {
            Replace(left is null ? [] : [(layout.CountersFile, left.Counters), (layout.ServersFile, left.Servers)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.FilesNotWritten(e.Message);
        }
    }

    /// <summary>Writes what the patterns of a program's rules are, by a digest.</summary>
    public void WritePatterns(string program, string digest)
    {
        try
        {
            Replace([(layout.PatternsFile, $"{program} {digest}")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.FilesNotWritten(e.Message);
        }
    }

    /// <summary>What the patterns of a program's rules were when it was started; null where that is not known.</summary>
    public string? PatternsOf(string program)
    {
        try
        {
            return File.ReadAllText(layout.PatternsFile).Split(' ') is [var known, var digest] && known == program ? digest : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes a whole copy in another place, in which HAProxy can check it.</summary>
    public void WriteCopy(Layout target, HaproxyState state) => Replace(Contents(target, state, former: null));

    // Last comes what names the others.
    private IEnumerable<(string Path, string Text)> Contents(Layout target, HaproxyState state, HaproxyState? former, bool isNameEnough = true)
    {
        if (former is null || former.DefaultCertificate != state.DefaultCertificate)
        {
            yield return (target.DefaultCertificateFile, state.DefaultCertificate.Reveal);
        }

        if (former is null || !ReferenceEquals(former.Certificates, state.Certificates))
        {
            foreach (var entry in state.Certificates.Values)
            {
                if (!isNameEnough || !IsThere(target.CertificateFile(entry.Name), entry.Pem, former is null))
                {
                    yield return (target.CertificateFile(entry.Name), entry.Pem.Reveal);
                }
            }

            yield return (target.CertificateList, StateText.CertificateList(state, target));
        }

        if (former is null || !ReferenceEquals(former.PemFiles, state.PemFiles))
        {
            foreach (var file in state.PemFiles.Values.Select(used => used.File).Where(file => !isNameEnough || !IsThere(target.PemFile(file.Name), file.Pem, former is null)))
            {
                yield return (target.PemFile(file.Name), file.Pem.Reveal);
            }
        }

        if (former is null || !ReferenceEquals(former.Hosts, state.Hosts))
        {
            foreach (var map in Enum.GetValues<MapName>())
            {
                yield return (target.MapFile(map), StateText.Map(state, map));
            }
        }

        if (former is null || !ReferenceEquals(former.Backends, state.Backends))
        {
            yield return (target.BackendsFile, StateText.Backends(state));
        }

        if (state.AsksAgent() && former?.AsksAgent() != true)
        {
            yield return (target.AgentQuestions, StateText.AgentQuestions);
        }

        if (former is null || former.Program != state.Program)
        {
            yield return (target.ProgramFile, StateText.Program(state).Replace(layout.StateDir + "/", target.StateDir + "/", StringComparison.Ordinal));
        }
    }

    // The name says what the content should be; one that was cut short has another length. What was there before our time is
    // compared whole.
    private static bool IsThere(string path, Sensitive pem, bool isWhole) =>
        new FileInfo(path) is { Exists: true } file && file.Length == pem.Length && (!isWhole || Holds(path, pem.Reveal));

    // Also what a write that was broken off left over.
    private static void DeleteUnnamed(string folder, IEnumerable<string> files)
    {
        var named = files.ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => !named.Contains(file)))
        {
            File.Delete(file);
        }
    }

    private void Replace(IEnumerable<(string Path, string Text)> contents)
    {
        var paths = new List<string>();
        try
        {
            foreach (var (path, text) in contents)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                paths.Add(path);
                WriteNew(path, text);
            }

            isMixed |= paths.Count > 0;
            paths.ForEach(path => File.Move(New(path), path, overwrite: true));
            isMixed = false;
        }
        catch
        {
            // What is left over would take the room that is missing.
            paths.Select(New).Where(File.Exists).ToList().ForEach(File.Delete);
            throw;
        }
    }

    private static void WriteNew(string path, string text)
    {
        using var stream = new FileStream(New(path), new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
        stream.Write(Encoding.Latin1.GetBytes(text));
    }

    private static bool Holds(string path, string text)
    {
        try
        {
            return File.ReadAllBytes(path).AsSpan().SequenceEqual(Encoding.Latin1.GetBytes(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string New(string path) => path + ".new";
}
