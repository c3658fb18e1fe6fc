namespace BatchBus.Api.Http;

/// <summary>An error that an endpoint can answer with, for its description.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="When">When that happens, in a sentence.</param>
sealed record Failure(int Status, string When);

static class FailureExtensions
{
    /// <summary>Says in the API's description when an endpoint fails with a status.</summary>
    public static TBuilder Fails<TBuilder>(this TBuilder endpoint, int status, string when) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Failure(status, when));

    /// <summary>Says that an endpoint answers 404 for what is not there or belongs to somebody else.</summary>
    public static TBuilder FailsWithout<TBuilder>(this TBuilder endpoint, string what) where TBuilder : IEndpointConventionBuilder =>
        endpoint.Fails(StatusCodes.Status404NotFound, $"There is no such {what}, or it is not yours.");
}
