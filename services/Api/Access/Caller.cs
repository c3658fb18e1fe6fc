using System.Reflection;
using System.Security.Claims;

namespace BatchBus.Api.Access;

/// <summary>Who asks. An endpoint takes it as a parameter.</summary>
/// <param name="UserId">The token's <c>sub</c>; <see cref="Guid.Empty"/> for a service token without one.</param>
/// <param name="Role">The token's role, which is also the database role that answers.</param>
sealed record Caller(Guid UserId, string Role)
{
    public const string Authenticated = "authenticated";
    public const string ServiceRole = "service_role";

    /// <summary>Reads the caller from a validated token. A user's token needs a <c>sub</c> that is a UUID.</summary>
    public static bool TryRead(ClaimsPrincipal user, out Caller caller)
    {
        var role = Only(user, "role");
        // Zeros stand for "nobody in particular", see above.
        var hasId = Guid.TryParseExact(Only(user, "sub"), "D", out var id) && id != Guid.Empty;
        caller = new Caller(id, role ?? "");
        return user.Identity?.IsAuthenticated == true && (role == ServiceRole || (role == Authenticated && hasId));
    }

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo _) =>
        ValueTask.FromResult(TryRead(context.User, out var caller) ? caller : null);

    // A token that names two roles or two users is not guessed at.
    static string? Only(ClaimsPrincipal user, string type) => user.FindAll(type).Take(2).ToArray() is [var only] ? only.Value : null;
}
