using Microsoft.Extensions.Logging;

namespace Sluice.Controller.Proxy;

/// <summary>Tells that HAProxy takes long to answer, once for each question. What was asked goes on to wait.</summary>
internal static class LongWait
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static async Task<T> ToldAsync<T>(this Task<T> answer, ILogger log)
    {
        try
        {
            return await answer.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!answer.IsCompleted)
        {
            log.NoAnswer(Limit.TotalSeconds);
            return await answer;
        }
    }
}
