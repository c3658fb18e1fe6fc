using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BatchBus.Api.Http;
using BatchBus.Api.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.BatchLists;

/// <summary>A batch list, or a refresh of one, that was accepted.</summary>
sealed record AcceptedBatchList(Guid JobId, Guid AudienceId, string Status);

/// <summary>The header <c>Idempotency-Key</c>: the same request with the same key is done once and answered alike, a different one is a conflict.</summary>
static class Idempotency
{
    public const string Header = "Idempotency-Key";

    public static Checks IdempotencyKey(this Checks checks, string? key) => checks.Text(Header, key ?? "-", 200);

    /// <summary>What tells whether two requests are the same.</summary>
    public static string Hash<T>(T request) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request))));

    public static Accepted<AcceptedBatchList> Accepted(Guid job, Guid audience) =>
        TypedResults.Accepted($"/api/jobs/{job}", new AcceptedBatchList(job, audience, JobStatus.Pending));

    /// <summary>The answer to a key that was used before.</summary>
    public static Results<Accepted<AcceptedBatchList>, ValidationProblem, ProblemHttpResult> Repeat(EarlierBatchList earlier, string hash) =>
        earlier.RequestHash == hash
            ? Accepted(earlier.JobId, earlier.AudienceId)
            : Problems.Conflict("This Idempotency-Key was used for a different request; use a new key for a new batch list.");
}
