using System.Globalization;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Api.Access;

/// <summary>Checks tokens with the authority's keys, and says 503 rather than 401 when they cannot be had: the token may well be good.</summary>
sealed class AuthorityTokens(AuthorityKeys keys)
{
    const string Scheme = "Bearer ";

    public void Check(JwtBearerOptions bearer)
    {
        bearer.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];
        bearer.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, kid, _) => keys.For(kid);
        bearer.Events = new JwtBearerEvents { OnMessageReceived = BeforeValidation, OnChallenge = OnChallenge };
    }

    async Task BeforeValidation(MessageReceivedContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !TryRead(header[Scheme.Length..].Trim(), out var kid)) return;
        if (!await keys.Refresh(kid, context.HttpContext.RequestAborted)) context.Fail(new AuthorityAwayException());
    }

    static async Task OnChallenge(JwtBearerChallengeContext context)
    {
        if (context.AuthenticateFailure is not AuthorityAwayException away) return;
        context.HandleResponse();
        context.Response.Headers.RetryAfter = AuthorityKeys.BetweenReads.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        await TypedResults.Problem(away.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Tokens cannot be checked").ExecuteAsync(context.HttpContext);
    }

    /// <summary>What is no token at all is left to the validation, which refuses it.</summary>
    static bool TryRead(string token, out string? kid)
    {
        try
        {
            kid = new JsonWebToken(token).Kid;
            return true;
        }
        catch (ArgumentException)
        {
            kid = null;
            return false;
        }
    }
}

/// <summary>The authority has not published its keys to us for too long.</summary>
sealed class AuthorityAwayException()
    : Exception("The keys that tokens are signed with cannot be read from the authority at the moment. Send the request again in some seconds; the log of Api has the reason.");
