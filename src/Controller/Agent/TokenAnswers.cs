using Sluice.Core.Credentials;
using Sluice.Core.Spop;
using Sluice.Core.Values;

namespace Sluice.Controller.Agent;

/// <summary>Whether a token is good, and which of its claims the request gets as headers.</summary>
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

        if (question.Text("credentials") is not { } header || rules.Accept(header, TimeProvider.System.GetUtcNow()) is not { } token)
        {
            return Bad;
        }

        return rules.Claims.Count == 0 ? Good
            : ClaimText.Of(token, rules.Claims) is { } headers ? WithHeaders(headers, Twins(rules, question))
            : [];
    }

    private static IReadOnlyList<string> Twins(TokenRules rules, SpopMessage question) =>
        HeaderTwins.Of([.. rules.Claims.Select(claim => claim.Header)], (question.Text("names") ?? "").Split(','));

    private static IReadOnlyList<SpopVariable> WithHeaders(IReadOnlyList<(string Name, string Value)> headers, IReadOnlyList<string> twins) =>
    [
        .. Good,
        .. headers.Count == 0 ? Array.Empty<SpopVariable>() : [new SpopVariable("claims", SpopValue.Binary(SpopHeaders.Write(headers)))],
        .. twins.Count == 0 ? Array.Empty<SpopVariable>() : [new SpopVariable("claimtwins", SpopValue.Binary(SpopHeaders.WriteNames(twins)))],
    ];
}
