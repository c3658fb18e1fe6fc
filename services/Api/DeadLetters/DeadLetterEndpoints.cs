using BatchBus.Api.Access;
using BatchBus.Api.Broker;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.DeadLetters;

/// <summary>For operators: messages that could not be handled, of all owners.</summary>
static class DeadLetterEndpoints
{
    const int MostExamined = 10_000;
    const string NoQueue = "There is no such queue of dead letters.";
    const string BusyQueue = "Somebody else is at work on this queue.";

    public static IServiceCollection AddDeadLetters(this IServiceCollection services) =>
        services.AddSingleton<DeadLetterLook>().AddSingleton<DeadLetterRun>();

    public static void MapDeadLetters(this WebApplication app)
    {
        var group = app.MapGroup("/api/dead-letters").WithTags("Dead letters")
            .ForOperators().SayWhenTheBrokerIsAway();
        group.MapGet("/", List).WithSummary("Lists the messages that could not be handled, by queue and by what they died of.");
        group.MapPost("/{queue}/replay", Replay).WithSummary("Sends dead letters back to the queue that they came from.")
            .Fails(404, NoQueue).Fails(409, BusyQueue);
        group.MapPost("/{queue}/discard", Discard).WithSummary("Deletes dead letters.")
            .Fails(404, NoQueue).Fails(409, BusyQueue);
    }

    static async Task<Results<Ok<DeadLetterList>, ValidationProblem>> List(DeadLetterLook look, CancellationToken cancellationToken, int limit = 1000)
    {
        var checks = new Checks().That("limit", limit is >= 1 and <= MostExamined, $"limit is a number from 1 to {MostExamined}: how many messages of each queue are looked at.");
        return checks.Failed ? TypedResults.ValidationProblem(checks.Errors) : TypedResults.Ok(await look.All(limit, cancellationToken));
    }

    static async Task<Results<Ok<DeadLetterReplay>, ValidationProblem, ProblemHttpResult>> Replay(
        string queue, DeadLetterSelection selection, DeadLetterRun run, CancellationToken cancellationToken)
    {
        if (DeadLetterQueue.Find(queue) is not { } letters) return NoSuchQueue(queue);
        if (selection.Check() is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        if (await run.Replay(letters, selection, cancellationToken) is not { } outcome) return Busy(queue);
        return TypedResults.Ok(new DeadLetterReplay(queue, letters.Source, outcome.Done, outcome.Kept));
    }

    static async Task<Results<Ok<DeadLetterDiscard>, ValidationProblem, ProblemHttpResult>> Discard(
        string queue, DeadLetterSelection selection, DeadLetterRun run, CancellationToken cancellationToken)
    {
        if (DeadLetterQueue.Find(queue) is not { } letters) return NoSuchQueue(queue);
        if (selection.Check() is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        if (await run.Discard(letters, selection, cancellationToken) is not { } outcome) return Busy(queue);
        return TypedResults.Ok(new DeadLetterDiscard(queue, outcome.Done, outcome.Kept));
    }

    static ProblemHttpResult NoSuchQueue(string queue) => TypedResults.Problem(
        $"There is no queue of dead letters called {queue}; there are {string.Join(", ", DeadLetterQueue.All.Select(q => q.Name))}.",
        statusCode: StatusCodes.Status404NotFound, title: "Not found");

    static ProblemHttpResult Busy(string queue) => Problems.Conflict($"Somebody else is at work on {queue}; try again when they have finished.");
}
