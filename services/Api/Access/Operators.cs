using BatchBus.Api.Http;
using Microsoft.AspNetCore.Authorization;

namespace BatchBus.Api.Access;

/// <summary>Endpoints for those who run BatchBus: they show or change things of all users.</summary>
static class Operators
{
    static readonly AuthorizationPolicy Policy = new AuthorizationPolicyBuilder()
        .RequireAssertion(context => Caller.TryRead(context.User, out var caller) && caller.Role == Caller.ServiceRole).Build();

    /// <summary>Refuses everybody but the service role, with a sentence, before anything of the request is read.</summary>
    public static RouteGroupBuilder ForOperators(this RouteGroupBuilder group) => group.RequireAuthorization(Policy)
        .Fails(StatusCodes.Status403Forbidden, "This is about all users; only a token with the role service_role may do it.");
}
