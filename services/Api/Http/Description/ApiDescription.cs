using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BatchBus.Api.Http.Description;

/// <summary>
/// The description at <c>/openapi/v1.json</c> (OpenAPI 3.1). Most of it the framework reads from the endpoints and their types' comments; here is
/// what it cannot know: the tokens, the errors, what parameters mean, and examples.
/// </summary>
static class ApiDescription
{
    const string Bearer = "bearer";
    const string ProblemJson = "application/problem+json";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer(Introduce);
        options.AddOperationTransformer(Explain);
        options.AddSchemaTransformer(ApiExamples.Add);
    });

    static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "BatchBus",
            Version = "v1",
            Description = "Reads every member of a company on Whop, once, into an audience. Times are UTC, ids are UUIDs. Every error is a problem detail "
                + "(RFC 9457) whose `detail` says what to do. A list gives `next`: send it as `before` or `after` for the next page.",
            License = new OpenApiLicense { Name = "Apache-2.0", Url = new Uri("https://www.apache.org/licenses/LICENSE-2.0") },
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT",
                Description = "A token as Supabase issues it: `sub` is the user, `role` is `authenticated` or `service_role`. Locally: `./batchbus token`.",
            },
        };
        return Task.CompletedTask;
    }

    static Task Explain(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];
        foreach (var failure in Everywhere(context.Description.HttpMethod, operation).Concat(metadata.OfType<Failure>())) // an endpoint knows better
            operation.Responses[failure.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Problem(failure);
        foreach (var parameter in operation.Parameters ?? []) parameter.Description ??= ApiParameters.Meaning(parameter.Name);
        if (!metadata.OfType<IAllowAnonymous>().Any())
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
        return Task.CompletedTask;
    }

    /// <summary>The errors that do not depend on the endpoint.</summary>
    static IEnumerable<Failure> Everywhere(string? method, OpenApiOperation operation)
    {
        var reads = method is "GET" or "HEAD";
        if (operation.RequestBody is not null || operation.Parameters is { Count: > 0 })
            yield return new Failure(400, "A parameter or the body cannot be read or breaks a rule; `errors` has a sentence for each field.");
        yield return new Failure(401, "There is no token, or it is not valid or has expired.");
        yield return new Failure(403, "The token's role may not do this.");
        if (operation.RequestBody is not null)
        {
            yield return new Failure(413, "The body is larger than 64 KiB.");
            yield return new Failure(415, "The body is not JSON.");
        }
        if (!reads) yield return new Failure(429, "This user changes too much at once; `Retry-After` says how many seconds to wait.");
        yield return new Failure(500, "Something is wrong in BatchBus; its log says what.");
        yield return new Failure(503, "A server that BatchBus needs is away; send the request again.");
    }

    static OpenApiResponse Problem(Failure failure) => new()
    {
        Description = failure.When,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [ProblemJson] = new()
            {
                Example = new JsonObject { ["title"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(failure.Status), ["status"] = failure.Status, ["detail"] = failure.When },
            },
        },
    };
}
