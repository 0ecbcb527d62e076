using Sluice.Core.Credentials;
using Sluice.Core.Spop;

namespace Sluice.Controller.Agent;

/// <summary>Whether a token is good.</summary>
internal sealed class TokenAnswers(AgentSets sets)
{
    public const string Question = "token";

    private static readonly IReadOnlyList<SpopVariable> Good = [new(Question, SpopValue.Of(1))];
    private static readonly IReadOnlyList<SpopVariable> Bad = [new(Question, SpopValue.Of(0))];

    public IReadOnlyList<SpopVariable> Answer(SpopMessage question)
    {
        if (sets.Find(question.Text("set"), TokenRules.Parse) is not { } rules)
        {
            return [];
        }

        return question.Text("credentials") is { } header && rules.Accept(header, TimeProvider.System.GetUtcNow()) ? Good : Bad;
    }
}
