using BatchBus.WhopSimulator.Faults;

namespace BatchBus.WhopSimulator.Control;

static class FaultEndpoints
{
    public static void MapFaults(this RouteGroupBuilder control)
    {
        control.MapGet("/faults", (FaultList faults) => Results.Ok(new { faults = faults.All() }));
        control.MapPost("/faults", (HttpRequest request, FaultList faults) =>
            ControlBody.Handle<Fault>(request, FaultRules.Problem, fault =>
                Results.Json(faults.Add(fault), statusCode: StatusCodes.Status201Created)));
        control.MapDelete("/faults/{id:int}", (int id, FaultList faults) => faults.Remove(id) ? Results.NoContent() : Results.NotFound());
        control.MapDelete("/faults", (FaultList faults) =>
        {
            faults.Clear();
            return Results.NoContent();
        });
    }
}
