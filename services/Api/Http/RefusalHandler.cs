using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace BatchBus.Api.Http;

/// <summary>Turns a body or a parameter that cannot be read into an answer that says which, and where.</summary>
sealed class RefusalHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException refusal) return false;
        httpContext.Response.StatusCode = refusal.StatusCode;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails { Status = refusal.StatusCode, Title = "The request cannot be read", Detail = Explain(refusal) },
        });
    }

    static string Explain(BadHttpRequestException refusal) => refusal switch
    {
        { InnerException: JsonException json } => $"The body is not the JSON that is expected, at {json.Path ?? "$"}, line {json.LineNumber + 1}: " +
                                                  "see /openapi/v1.json for its form.",
        _ => refusal.Message,
    };
}
