namespace Sluice.Bench.Propagation;

/// <summary>One change of one file, and how to see that it is live.</summary>
/// <param name="File">The file.</param>
/// <param name="Text">What it holds afterwards.</param>
/// <param name="Ask">Asks HAProxy once.</param>
/// <param name="Old">The right answer until the change is live.</param>
/// <param name="New">The right answer from then on.</param>
internal sealed record Change(string File, string Text, Func<string> Ask, string Old, string New);

/// <summary>What is changed.</summary>
internal enum ChangeKind
{
    Ingress,
    Endpoint,
    Certificate,
}

/// <summary>How a file is written.</summary>
internal enum WriteWay
{
    /// <summary>A new file takes the place of the old one in one step.</summary>
    Rename,

    /// <summary>The file is emptied and written again, as editors do.</summary>
    InPlace,
}
