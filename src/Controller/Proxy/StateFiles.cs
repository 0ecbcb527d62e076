using System.Text;
using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>
/// The files that HAProxy starts from. They always hold what HAProxy runs, so that it comes back right after a crash,
/// with or without us. Each file is replaced whole.
/// </summary>
public sealed class StateFiles(Layout layout)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What the files hold; null before the first write.</summary>
    public HaproxyState? Written { get; private set; }

    /// <summary>Writes what differs from what was written before; certificates that are no longer named are deleted.</summary>
    public void Write(HaproxyState state)
    {
        // Somebody may have cleaned the folder up.
        var former = File.Exists(layout.ProgramFile) ? Written : null;
        WriteTo(layout, state, former);
        if (former is null || !ReferenceEquals(former.Certificates, state.Certificates))
        {
            DeleteUnnamedCertificates(state);
        }

        Written = state;
    }

    /// <summary>Writes everything once more, in case somebody changed it.</summary>
    public void WriteAgain()
    {
        var state = Written!;
        Written = null;
        Write(state);
    }

    /// <summary>Writes a whole copy in another place, in which HAProxy can check it.</summary>
    public void WriteCopy(Layout target, HaproxyState state) => WriteTo(target, state, former: null);

    private void WriteTo(Layout target, HaproxyState state, HaproxyState? former)
    {
        Directory.CreateDirectory(target.MapDir);
        Directory.CreateDirectory(target.CertificateDir);
        if (former is null || former.DefaultCertificate != state.DefaultCertificate)
        {
            Replace(target.DefaultCertificateFile, state.DefaultCertificate.Reveal);
        }

        if (former is null || !ReferenceEquals(former.Certificates, state.Certificates))
        {
            WriteCertificates(target, state);
        }

        if (former is null || !ReferenceEquals(former.Hosts, state.Hosts))
        {
            foreach (var map in Enum.GetValues<MapName>())
            {
                Replace(target.MapFile(map), StateText.Map(state, map));
            }
        }

        if (former is null || !ReferenceEquals(former.Backends, state.Backends))
        {
            Replace(target.BackendsFile, StateText.Backends(state));
        }

        if (former is null || former.Program != state.Program)
        {
            Replace(target.ProgramFile, StateText.Program(state).Replace(layout.StateDir + "/", target.StateDir + "/", StringComparison.Ordinal));
        }
    }

    private static void WriteCertificates(Layout target, HaproxyState state)
    {
        foreach (var entry in state.Certificates.Values)
        {
            // The name says the content: what is there already is right.
            if (!File.Exists(target.CertificateFile(entry.Name)))
            {
                Replace(target.CertificateFile(entry.Name), entry.Pem.Reveal);
            }
        }

        Replace(target.CertificateList, StateText.CertificateList(state, target));
    }

    private void DeleteUnnamedCertificates(HaproxyState state)
    {
        var named = state.Certificates.Values.Select(entry => layout.CertificateFile(entry.Name)).Append(layout.DefaultCertificateFile)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(layout.CertificateDir, "*.pem"))
        {
            if (!named.Contains(file))
            {
                File.Delete(file);
            }
        }
    }

    private static void Replace(string path, string content)
    {
        var temporary = path + ".new";
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        }))
        {
            stream.Write(Encoding.Latin1.GetBytes(content));
        }

        File.Move(temporary, path, overwrite: true);
    }
}
