namespace BatchBus.Api.Access;

/// <summary>Endpoints for those who run BatchBus: they show or change things of all users.</summary>
static class Operators
{
    /// <summary>Refuses everybody but the service role, with a sentence.</summary>
    public static RouteGroupBuilder ForOperators(this RouteGroupBuilder group) => group
        .AddEndpointFilter(async (context, next) =>
            Caller.TryRead(context.HttpContext.User, out var caller) && caller.Role == Caller.ServiceRole
                ? await next(context)
                : TypedResults.Problem("This is about all users; only a token with the role service_role may do it.",
                    statusCode: StatusCodes.Status403Forbidden, title: "Forbidden"));
}
