using Microsoft.Extensions.Logging;
using Sluice.Core.Haproxy;
using Sluice.Core.Spop;

namespace Sluice.Controller.Agent;

/// <summary>Answers HAProxy's questions, each by variables of the request that it is about.</summary>
internal sealed class AgentAnswers : IDisposable
{
    private readonly BasicAnswers basic;
    private readonly ExternalAnswers external;
    private readonly TokenAnswers token;
    private readonly MirrorAnswers mirror;

    public AgentAnswers(Layout layout, ILogger log)
    {
        var sets = new AgentSets(layout.AgentDir);
        mirror = new MirrorAnswers(layout.MirrorSocket);
        (basic, external, token) = (new BasicAnswers(sets), new ExternalAnswers(sets, log), new TokenAnswers(sets));
    }

    /// <summary>The answer to a question. None is a refusal.</summary>
    public ValueTask<IReadOnlyList<SpopVariable>> AnswerAsync(SpopMessage question, CancellationToken stop) => question.Name switch
    {
        BasicAnswers.Question => basic.AnswerAsync(question, stop),
        ExternalAnswers.Question => external.AnswerAsync(question, stop),
        TokenAnswers.Question => ValueTask.FromResult(token.Answer(question)),
        MirrorAnswers.Question => ValueTask.FromResult(mirror.Answer(question)),
        _ => ValueTask.FromResult<IReadOnlyList<SpopVariable>>([]),
    };

    public void Dispose()
    {
        external.Dispose();
        mirror.Dispose();
    }
}
