namespace Sluice.Unit.Cluster;

/// <summary>How the server misbehaves.</summary>
internal enum Misbehaviour
{
    /// <summary>Answers with <see cref="FakeFault.Code"/>.</summary>
    Refuse,

    /// <summary>Cuts the connection without an answer.</summary>
    Abort,

    /// <summary>Answers 200 with <see cref="FakeFault.Text"/>.</summary>
    Garbage,

    /// <summary>Takes the request and never answers.</summary>
    NoAnswer,

    /// <summary>Answers with the head of a refusal and never ends its body.</summary>
    EndlessRefusal,

    /// <summary>Begins the stream and then says nothing, for ever.</summary>
    Silence,

    /// <summary>Ends the watch after it has said what is there already.</summary>
    EndAtOnce,

    /// <summary>Cuts the connection in the middle of the event after <see cref="FakeFault.After"/> of them.</summary>
    CutInEvent,

    /// <summary>Sends an ERROR event with <see cref="FakeFault.Code"/> after <see cref="FakeFault.After"/> events.</summary>
    ErrorEvent,

    /// <summary>Sends a few bytes at a time.</summary>
    Crumbs,

    /// <summary>Sends each event twice, and now and then an old one again.</summary>
    Twice,

    /// <summary>Sends a bookmark between any two events.</summary>
    Bookmarks,

    /// <summary>Sends events with one field more.</summary>
    MoreFields,
}

/// <summary>One fault: which requests it hits, and how often.</summary>
internal sealed record FakeFault(Misbehaviour What)
{
    /// <summary>Hits only <c>list</c> or <c>watch</c>; empty for both.</summary>
    public string Verb { get; init; } = "";

    /// <summary>Hits only this kind; empty for all.</summary>
    public string Plural { get; init; } = "";

    /// <summary>Hits only requests for a further page, or only for a first.</summary>
    public bool? IsFurtherPage { get; init; }

    /// <summary>Hits only requests whose field selector begins so.</summary>
    public string Fields { get; init; } = "";

    public int Times { get; init; } = 1;

    public int Code { get; init; } = 500;

    public int After { get; init; }

    public string? RetryAfter { get; init; }

    public string Text { get; init; } = "<html>no</html>";

    public bool Hits(FakeRequest request) =>
        (Verb.Length == 0 || Verb == request.Verb) && (Plural.Length == 0 || Plural == request.Kind.Plural)
        && request.Fields.StartsWith(Fields, StringComparison.Ordinal)
        && (IsFurtherPage is null || IsFurtherPage == request.Continue.Length > 0);
}
