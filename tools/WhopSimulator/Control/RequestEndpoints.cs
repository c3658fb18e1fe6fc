using BatchBus.WhopSimulator.Limits;

namespace BatchBus.WhopSimulator.Control;

static class RequestEndpoints
{
    public static void MapRequests(this RouteGroupBuilder control)
    {
        control.MapGet("/requests", (RequestLog log) => Results.Ok(new { requests = log.Counts() }));
        control.MapDelete("/requests", (RequestLog log) =>
        {
            log.Clear();
            return Results.NoContent();
        });
    }
}
