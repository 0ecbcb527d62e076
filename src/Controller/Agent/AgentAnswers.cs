using Sluice.Core.Spop;

namespace Sluice.Controller.Agent;

/// <summary>Answers HAProxy's questions, each by variables of the request that it is about.</summary>
internal sealed class AgentAnswers : IDisposable
{
    private readonly BasicAnswers basic;
    private readonly ExternalAnswers external;
    private readonly TokenAnswers token;

    /// <param name="folder">Where the sets lie.</param>
    public AgentAnswers(string folder)
    {
        var sets = new AgentSets(folder);
        (basic, external, token) = (new BasicAnswers(sets), new ExternalAnswers(sets), new TokenAnswers(sets));
    }

    /// <summary>The answer to a question. None is a refusal.</summary>
    public ValueTask<IReadOnlyList<SpopVariable>> AnswerAsync(SpopMessage question, CancellationToken stop) => question.Name switch
    {
        BasicAnswers.Question => basic.AnswerAsync(question, stop),
        ExternalAnswers.Question => external.AnswerAsync(question, stop),
        TokenAnswers.Question => ValueTask.FromResult(token.Answer(question)),
        _ => ValueTask.FromResult<IReadOnlyList<SpopVariable>>([]),
    };

    public void Dispose()
    {
        basic.Dispose();
        external.Dispose();
    }
}
