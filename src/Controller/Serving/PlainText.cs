using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sluice.Controller.Serving;

/// <summary>Answers of one line.</summary>
internal static class PlainText
{
    public static async Task AnswerAsync(HttpContext context, int status, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
