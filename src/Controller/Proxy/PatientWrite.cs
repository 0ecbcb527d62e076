using Sluice.Core.Haproxy;

namespace Sluice.Controller.Proxy;

/// <summary>Writes states to a disk that may be full or closed for a while: one that could not be written is told once, and written later.</summary>
/// <param name="write">Writes a state, or throws.</param>
/// <param name="tell">Tells why one could not be written.</param>
internal sealed class PatientWrite(Action<HaproxyState> write, Action<string> tell)
{
    private HaproxyState? unwritten;

    /// <summary>Whether there is one that could not be written.</summary>
    public bool IsBehind => unwritten is not null;

    public void Write(HaproxyState state)
    {
        try
        {
            write(state);
            unwritten = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!IsBehind)
            {
                tell(e.Message);
            }

            unwritten = state;
        }
    }

    /// <summary>Tries once more to write what could not be written.</summary>
    public void WriteWhatIsLeft()
    {
        if (unwritten is { } state)
        {
            Write(state);
        }
    }
}
